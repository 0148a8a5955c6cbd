// Where a page of restore points ended.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_places.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("places come back as they were, whatever an id consists of") {
  const savepoint_places places = {{{"fake", "first"}, "nightly"},
                                   {{"fake", "sec-ond"}, "a.b~c%7E.d"},
                                   {{"other", "first"}, "x"}};
  CHECK(to_text(places) == "fake.first.nightly~fake.sec-ond.a.b%7Ec%257E.d~other.first.x");
  CHECK(savepoint_places_from(to_text(places)) == places);
  CHECK(place_in(places, {"one", 0, "fake", "first", {}, "{}", "STOPPED"}) == "nightly");
  CHECK(place_in(places, {"one", 0, "fake", "third", {}, "{}", "STOPPED"}).empty());
}

TEST_CASE("an id alone is no such text") {
  for (const char* text : {"", "nightly", "a.b", "a.b.", ".b.c", "a..c", "a b.c.d", "a.b.c~"}) {
    INFO(text);
    CHECK_FALSE(savepoint_places_from(text));
  }
}
