// Today's headers against the frozen ones of release 1.0: nothing moved, nothing shrank.
// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "layout.h"

namespace {

std::map<std::string, std::size_t> facts(const layout_fact* layout) {
  std::map<std::string, std::size_t> found;
  for (; layout->what != nullptr; ++layout) found[layout->what] = layout->number;
  return found;
}

}  // namespace

TEST_CASE("DM-4: every member and number of 1.0 is where it was") {
  const auto frozen = facts(frozen_layout);
  REQUIRE(frozen.size() > 80);
  CHECK(facts(current_layout) == frozen);
}

TEST_CASE("DM-3: the structs that grow have not shrunk") {
  for (std::size_t i = 0; i < 4; ++i) {
    INFO("dm_host, dm_call_options, dm_plugin, dm_savepoint: number " << i);
    CHECK(current_sizes[i] >= frozen_sizes[i]);
  }
}
