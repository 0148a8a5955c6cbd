// The diagnosis extension's table: each verb is behind the firewall and says what it was called.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/diagnosis.h"

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
  const dm_diagnosis& table = boundary::diagnosis_table;
  return {{"incidents", table.incidents}, {"explain", table.explain}};
}

}  // namespace

TEST_CASE("Every diagnosis verb reads its own request") {
  test::session_fixture f;
  CHECK(boundary::diagnosis_table.struct_size == sizeof(dm_diagnosis));
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

TEST_CASE("DM-15: a diagnosis verb without a session is refused") {
  for (const auto& [name, verb] : verbs()) {
    INFO(name);
    dm_document reply{};
    CHECK(verb(nullptr, nullptr, {"{}", 2}, &reply) == DM_STATUS_INVALID_ARGUMENT);
    CHECK(test::text_at(test::parsed({reply.data, reply.size}), "error.message")
              .find(name + " was called without a session") == 0);
    boundary::release_document(&reply);
  }
}
