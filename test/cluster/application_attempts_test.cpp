// The attempts of a YARN application, as Hadoop 3.3.6 tells them.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/application_attempts.h"

#include <catch2/catch.hpp>

#include "fake/resource_manager.h"

using namespace dm::cluster;
using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

struct cluster_of_one {
  fake::resource_manager yarn;
  io::http_client http;
  std::string id = submit();

  std::string submit() {
    fake::yarn_application application;
    application.state = "FAILED";
    application.attempt_diagnostics = "[2026-11-26 10:00:00.123]Container killed on request";
    return yarn.cluster().submit(application);
  }
  io::http_response ask(const io::http_request& request) {
    auto answer = http.perform(io::operation::within(std::chrono::minutes(1)), request);
    REQUIRE(answer);
    return *answer;
  }
};

}  // namespace

TEST_CASE("the newest attempt's own diagnostics") {
  cluster_of_one c;
  const std::string address = c.yarn.address();
  const auto newest = read_newest_attempt(c.ask(attempts_request(address, c.id, "pnda")), address);
  REQUIRE(newest);
  CHECK(*newest == 1);
  const auto words =
      read_attempt_diagnostics(c.ask(attempt_request(address, c.id, *newest, "pnda")), address);
  REQUIRE(words);
  CHECK(*words == "[2026-11-26 10:00:00.123]Container killed on request");
}

TEST_CASE("INV-10: what is no answer of an active ResourceManager says nothing") {
  cluster_of_one c;
  const std::string address = c.yarn.address();
  c.yarn.set_standby("");
  const auto standby = read_newest_attempt(c.ask(attempts_request(address, c.id, "")), address);
  REQUIRE_FALSE(standby);
  CHECK(standby.error().code == status_code::unavailable);
  io::http_response odd;
  odd.status = 200;
  odd.content_type = "application/json";
  for (const char* body :
       {"{}", "[]", R"({"appAttempts":{}})", R"({"appAttempts":{"appAttempt":[]}})",
        R"({"appAttempts":{"appAttempt":[{"id":0}]}})", "x"}) {
    CAPTURE(body);
    odd.body = body;
    CHECK_FALSE(read_newest_attempt(odd, address));
  }
  odd.body = "{}";
  CHECK(read_attempt_diagnostics(odd, address).value_or("x").empty());
  odd.body = R"({"appAttempt":{"diagnosticsInfo":"wrapped"}})";
  CHECK(read_attempt_diagnostics(odd, address) == "wrapped");
}

TEST_CASE("diagnostics of megabytes are cut") {
  io::http_response large;
  large.status = 200;
  large.content_type = "application/json";
  large.body = R"({"diagnosticsInfo":")" + std::string(900'000, 'x') + "\"}";
  CHECK(read_attempt_diagnostics(large, "rm").value_or("").size() == 16'384);
}
