// The housekeeping extension's table: each verb is behind the firewall and says what it was called.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/housekeeping.h"

#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "boundary/firewall.h"
#include "json.h"
#include "session_fixture.h"

using namespace dm;

TEST_CASE("each housekeeping verb reads its own request, and needs a session (DM-15)") {
  test::session_fixture f;
  const dm_housekeeping& table = boundary::housekeeping_table;
  CHECK(table.struct_size == sizeof(dm_housekeeping));
  for (const auto& [name, verb] : {std::pair(std::string("inspect"), table.inspect),
                                   std::pair(std::string("clean"), table.clean)}) {
    INFO(name);
    dm_document reply{};
    CHECK(verb(&f.session, nullptr, {"{}", 2}, &reply) == DM_STATUS_INVALID_ARGUMENT);
    CHECK(test::text_at(test::parsed({reply.data, reply.size}), "error.message")
              .find("The " + name + " request") == 0);
    boundary::release_document(&reply);
    CHECK(verb(nullptr, nullptr, {"{}", 2}, &reply) == DM_STATUS_INVALID_ARGUMENT);
    CHECK(test::text_at(test::parsed({reply.data, reply.size}), "error.message")
              .find(name + " was called without a session") == 0);
    boundary::release_document(&reply);
  }
}
