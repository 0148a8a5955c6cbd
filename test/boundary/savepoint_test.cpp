// The savepoint extension's table: each verb is behind the firewall and says what it was called.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "boundary/firewall.h"
#include "json.h"
#include "session_fixture.h"

using namespace dm;

namespace {

std::vector<std::pair<std::string, dm_operation>> verbs() {
  const dm_savepoint& table = boundary::savepoint_table;
  return {{"trigger", table.trigger}, {"list", table.list}, {"resume", table.resume},
          {"dispose", table.dispose}, {"pin", table.pin},   {"unpin", table.unpin},
          {"plan", table.plan}};
}

}  // namespace

TEST_CASE("Every savepoint verb reads its own request") {
  test::session_fixture f;
  CHECK(boundary::savepoint_table.struct_size == sizeof(dm_savepoint));
  for (const auto& [name, verb] : verbs()) {
    INFO(name);
    dm_document reply{};
    CHECK(verb(&f.session, nullptr, {"{}", 2}, &reply) == DM_STATUS_INVALID_ARGUMENT);
    const auto json = test::parsed({reply.data, reply.size});
    CHECK(test::text_at(json, "error.message").find("The " + name + " request") == 0);
    boundary::release_document(&reply);
    CHECK(f.lines.back().find(name + ": INVALID_ARGUMENT") == 0);
  }
}

TEST_CASE("DM-15: a savepoint verb without a session is refused") {
  for (const auto& [name, verb] : verbs()) {
    INFO(name);
    dm_document reply{};
    CHECK(verb(nullptr, nullptr, {"{}", 2}, &reply) == DM_STATUS_INVALID_ARGUMENT);
    CHECK(test::text_at(test::parsed({reply.data, reply.size}), "error.message")
              .find(name + " was called without a session") == 0);
    boundary::release_document(&reply);
  }
}

TEST_CASE("A list of which no service answers is OK, with each entry's own error") {
  test::session_fixture f;
  const std::string request =
      R"({"schema":1,"components":[{"namespace":"ns","application":"a","component":"c","data":{"ssh":[],)"
      R"("component_name":"c","component_job_name":"a-c-job","application_hdfs_root":"/x/pnda/a"}},5]})";
  dm_document reply{};
  CHECK(boundary::savepoint_table.list(&f.session, nullptr, {request.data(), request.size()},
                                       &reply) == DM_STATUS_OK);
  const auto json = test::parsed({reply.data, reply.size});
  const auto& components = *io::member(json, "components");
  REQUIRE(components.Size() == 2);
  CHECK_FALSE(test::text_at(components[0], "error.code").empty());
  CHECK(test::text_at(components[1], "error.code") == "INVALID_ARGUMENT");
  boundary::release_document(&reply);
}
