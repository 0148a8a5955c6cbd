// What has happened lately.
// SPDX-License-Identifier: Apache-2.0
#include "operation/event_hub.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

json::document number(int n) {
  json::document body = json::make_object();
  json::set(body, "n", std::int64_t{n}, body.GetAllocator());
  return body;
}

}  // namespace

TEST_CASE("a follower reads on from the last event that he has") {
  event_hub hub;
  for (int i = 0; i < 5; ++i) hub.publish("operation", number(i));
  auto page = hub.after(2, 2);
  REQUIRE(page.events.size() == 2);
  CHECK(page.events[0].data == R"({"n":2})");
  CHECK(page.events[0].number == 3);
  CHECK_FALSE(page.lost);
  CHECK(hub.after(5, 10).events.empty());
  CHECK(hub.newest() == 5);
}

TEST_CASE("the buffer is bounded by count and by size, and what is gone is said") {
  event_hub few(3, 1000);
  for (int i = 0; i < 5; ++i) few.publish("operation", number(i));
  CHECK(few.after(0, 10).events.size() == 3);
  CHECK(few.after(0, 10).lost);
  CHECK_FALSE(few.after(2, 10).lost);
  event_hub small(100, 20);
  for (int i = 0; i < 5; ++i) small.publish("operation", number(i));
  CHECK(small.after(0, 10).events.size() == 2);
}

TEST_CASE("ids are this process's") {
  event_hub one;
  event_hub other;
  one.publish("operation", number(1));
  other.publish("operation", number(1));
  CHECK(one.number_of(one.id_of(1)) == std::uint64_t{1});
  for (const std::string& id : {other.id_of(1), one.id_of(2), std::string("1"), std::string(),
                                one.id_of(1) + "x", std::string("\n")}) {
    CHECK_FALSE(one.number_of(id));
  }
}

TEST_CASE("followers are woken, and not any more afterwards") {
  event_hub hub;
  int woken = 0;
  const auto follower = hub.follow([&] { ++woken; });
  hub.publish("operation", number(1));
  hub.unfollow(follower);
  hub.publish("operation", number(2));
  CHECK(woken == 1);
  CHECK(hub.followers() == 0);
}
