// What a NameNode says of itself at /jmx.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/name_node_state.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"
#include "io/operation.h"

using namespace dm::cluster;
using dm::status_code;

namespace {

const dm::io::operation in_time = dm::io::operation::within(std::chrono::minutes(1));

dm::result<name_node_state> asked(dm::fake::name_node& node) {
  dm::io::http_client http;
  const auto response = http.perform(in_time, name_node_state_request(node.address()));
  REQUIRE(response);
  return read_name_node_state(*response, node.address());
}

}  // namespace

TEST_CASE("safe mode and DataNodes are read, of a standby too") {
  dm::fake::name_node node;
  node.set_standby(GENERATE(false, true));
  CHECK_FALSE(asked(node)->safe_mode);
  CHECK(asked(node)->live_data_nodes == 1);
  node.set_safe_mode(true);
  node.set_live_data_nodes(0);
  CHECK(asked(node)->safe_mode);
  CHECK(asked(node)->live_data_nodes == 0);
}

TEST_CASE("what is no bean of a NameNode proves nothing (INV-10)") {
  struct row {
    long status;
    const char* type;
    const char* body;
    status_code code;
  };
  const auto one =
      GENERATE(as<row>{}, row{200, "text/html", "{}", status_code::unavailable},
               row{200, "application/json", "{", status_code::unavailable},
               row{200, "application/json", "{\"beans\":[]}", status_code::unavailable},
               row{200, "application/json", R"({"beans":[{"FSState":"Odd","NumLiveDataNodes":1}]})",
                   status_code::unavailable},
               row{200, "application/json", R"({"beans":[{"FSState":"safeMode"}]})",
                   status_code::unavailable},
               row{500, "application/json", "{}", status_code::unavailable},
               row{401, "text/html", "", status_code::unauthenticated},
               row{403, "text/html", "", status_code::permission_denied});
  CAPTURE(one.status, one.body);
  dm::io::http_response response;
  response.status = one.status;
  response.content_type = one.type;
  response.body = one.body;
  const auto read = read_name_node_state(response, "http://nn:9870");
  REQUIRE_FALSE(read);
  CHECK(read.error().code == one.code);
}
