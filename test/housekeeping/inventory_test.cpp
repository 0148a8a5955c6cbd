// The inventory: ids, bounds, what is withheld.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/inventory.h"

#include <catch2/catch.hpp>

using namespace dm::housekeeping;

namespace {

entry leftover(kind of, const std::string& key) {
  entry one;
  one.kind = of;
  one.key = key;
  return one;
}

}  // namespace

TEST_CASE("an id is the same for the same thing, another for any other, and holds no path") {
  const std::string id = entry_id(kind::staging, "prod", "/user/a/.flink/application_1_0001");
  CHECK(id == entry_id(kind::staging, "prod", "/user/a/.flink/application_1_0001"));
  CHECK(id != entry_id(kind::staging, "test", "/user/a/.flink/application_1_0001"));
  CHECK(id != entry_id(kind::temporary, "prod", "/user/a/.flink/application_1_0001"));
  CHECK(id.starts_with("staging-"));
  CHECK(id.size() == std::string("staging-").size() + 16);
  CHECK(entry_id(kind::staging, "prod", "../../etc").find('/') == std::string::npos);
}

TEST_CASE("of a kind a thousand entries are kept, and that there are more is told") {
  inventory found("prod", {}, std::nullopt);
  for (int i = 0; i < 1005; ++i) found.add(leftover(kind::incident, std::to_string(i)));
  found.add(leftover(kind::staging, "x"));
  CHECK(found.entries().size() == inventory::most_entries + 1);
  CHECK(found.more() == std::vector{kind::incident});
  found.sort();
  CHECK(found.entries().front().kind == kind::staging);
}

TEST_CASE("only the kinds and the ids that are asked for are kept, however many others there are") {
  const std::string id = entry_id(kind::incident, "prod", "1004");
  inventory found("prod", {kind::incident}, std::set<std::string>{id});
  CHECK_FALSE(found.wants(kind::staging));
  for (int i = 0; i < 1005; ++i) found.add(leftover(kind::incident, std::to_string(i)));
  found.add(leftover(kind::staging, "1004"));
  REQUIRE(found.entries().size() == 1);
  CHECK(found.entries().front().id == id);
  CHECK(found.more().empty());
  CHECK_FALSE(found.entries().front().cleanable);
  CHECK(found.entries().front().breaks == rule_of(kind::incident).breaks);
}

TEST_CASE("each reason for which a kind is withheld is told once, of kinds that are asked for") {
  inventory found("prod", {kind::staging}, std::nullopt);
  found.withhold(kind::staging, "away");
  found.withhold(kind::staging, "away");
  found.withhold(kind::staging, "just started");
  found.withhold(kind::library, "away");
  CHECK(found.withheld().size() == 2);
}
