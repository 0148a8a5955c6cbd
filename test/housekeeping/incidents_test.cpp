// Old incidents.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

TEST_CASE("old incidents go, by the age that is asked for; their index and other files stay") {
  planted p;
  const std::string incidents = p.d.state_directory() + "/incidents/";
  p.put(incidents + "3-0a9c2e71.json", 20);
  p.put(incidents + "4-end.json", 2);
  p.put(incidents + "index.json", 100);
  p.put(incidents + "notes.txt", 100);
  CHECK(p.inspect({kind::incident}).entries.empty());
  auto request = p.request({kind::incident});
  request.older_than_ms = 10 * test::day_ms;
  const auto reply = housekeeping::inspect(p.session(), {}, request);
  CHECK(planted::paths_of(reply) == std::set<std::string>{incidents + "3-0a9c2e71.json"});
}
