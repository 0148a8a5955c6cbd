// What has changed since somebody looked.
// SPDX-License-Identifier: Apache-2.0
#include "observation/fleet_changes.h"

#include <catch2/catch.hpp>

using manager::fleet_changes;
using texts = std::vector<std::string>;

TEST_CASE("the first answer is everything, later ones what is other") {
  fleet_changes changes;
  const auto first = changes.update({{"a", "1"}, {"b", "1"}}, "");
  CHECK(first.whole);
  CHECK(first.texts == texts{"1", "1"});

  const auto same = changes.update({{"a", "1"}, {"b", "1"}}, first.revision);
  CHECK_FALSE(same.whole);
  CHECK(same.texts.empty());
  CHECK(same.gone.empty());
  CHECK(same.revision == first.revision);

  const auto other = changes.update({{"a", "1"}, {"b", "2"}, {"c", "3"}}, first.revision);
  CHECK(other.texts == texts{"2", "3"});
  CHECK(other.revision != first.revision);

  const auto fewer = changes.update({{"b", "2"}, {"c", "3"}}, other.revision);
  CHECK(fewer.texts.empty());
  CHECK(fewer.gone == texts{"a"});
  // Who has missed something gets all of it.
  const auto late = changes.update({{"b", "2"}, {"c", "3"}}, first.revision);
  CHECK(late.texts == texts{"2", "3"});
  CHECK(late.gone == texts{"a"});
}

TEST_CASE("what is back is not gone") {
  fleet_changes changes;
  const auto first = changes.update({{"a", "1"}}, "");
  changes.update({}, first.revision);
  const auto back = changes.update({{"a", "1"}}, first.revision);
  CHECK(back.texts == texts{"1"});
  CHECK(back.gone.empty());
}

TEST_CASE("a revision that is none of this process's is answered with everything") {
  fleet_changes changes;
  fleet_changes other;
  const auto first = changes.update({{"a", "1"}}, "");
  const std::string foreign = other.update({{"a", "1"}}, "").revision;
  for (const std::string& since : {std::string(), std::string("x"), foreign, first.revision + "0",
                                   first.revision + "x", first.revision.substr(0, 13)}) {
    INFO(since);
    CHECK(changes.update({{"a", "1"}}, since).whole);
  }
}

TEST_CASE("what is gone is not remembered for ever") {
  fleet_changes changes(2);
  const auto first = changes.update({{"a", "1"}, {"b", "1"}, {"c", "1"}}, "");
  const auto second = changes.update({{"b", "1"}, {"c", "1"}}, "");
  changes.update({}, "");
  CHECK(changes.update({}, first.revision).whole);
  const auto known = changes.update({}, second.revision);
  CHECK_FALSE(known.whole);
  CHECK(known.gone == texts{"b", "c"});
}
