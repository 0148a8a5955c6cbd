// The kinds of leftovers.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/kind.h"

#include <set>

#include <catch2/catch.hpp>

using namespace dm::housekeeping;

TEST_CASE("every kind has a name of its own, which leads back to it") {
  const auto names = kind_names();
  CHECK(names.size() == kind_count);
  CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == kind_count);
  for (std::size_t i = 0; i < kind_count; ++i) {
    const auto one = static_cast<kind>(i);
    CHECK(parse_kind(names[i]) == one);
    CHECK_FALSE(rule_of(one).breaks.empty());
    CHECK(rule_of(one).usual_age_ms >= rule_of(one).least_age_ms);
  }
  CHECK_FALSE(parse_kind("staging "));
  CHECK_FALSE(parse_kind(""));
}
