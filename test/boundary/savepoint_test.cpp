// The savepoint extension's table.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint.h"

#include <catch2/catch.hpp>

#include "boundary/firewall.h"
#include "json.h"
#include "session_fixture.h"

using namespace dm;

TEST_CASE("Every savepoint verb says that it is not offered, by its name") {
  test::session_fixture f;
  const dm_savepoint& table = boundary::savepoint_table;
  CHECK(table.struct_size == sizeof(dm_savepoint));
  const std::vector<std::pair<std::string, dm_operation>> verbs = {
      {"trigger", table.trigger}, {"list", table.list}, {"resume", table.resume},
      {"dispose", table.dispose}, {"pin", table.pin},   {"unpin", table.unpin},
      {"plan", table.plan}};
  for (const auto& [name, verb] : verbs) {
    INFO(name);
    dm_document reply{};
    CHECK(verb(&f.session, nullptr, {"{}", 2}, &reply) == DM_STATUS_UNIMPLEMENTED);
    const auto json = test::parsed({reply.data, reply.size});
    CHECK(test::text_at(json, "error.message").find("verb " + name + " ") != std::string::npos);
    CHECK_FALSE(test::text_at(json, "error.hint").empty());
    boundary::release_document(&reply);
  }
}
