// Following events.
// SPDX-License-Identifier: Apache-2.0
#include "routes/event_feed.h"

#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <memory>

using namespace manager;
using manager_test::eventually;

namespace {

struct client {
  std::mutex mutex;
  std::string text;
  bool gone = false;

  std::string received() {
    const std::lock_guard lock(mutex);
    return text;
  }
  event_feed::follower follower() {
    event_feed::follower one;
    one.send = [this](const std::string& piece) {
      const std::lock_guard lock(mutex);
      text += piece;
      return !gone;
    };
    return one;
  }
};

json::document body(int n) {
  json::document document = json::make_object();
  json::set(document, "n", std::int64_t{n}, document.GetAllocator());
  return document;
}

}  // namespace

TEST_CASE("each follower gets what he has not seen, of the types he wants, with ids") {
  event_hub hub;
  event_feed feed(hub);
  for (int i = 1; i <= 3; ++i) hub.publish(i == 2 ? "progress" : "operation", body(i));
  client all;
  client some;
  auto from_second = all.follower();
  from_second.last = 1;
  feed.add(std::move(from_second));
  auto only = some.follower();
  only.types = {"operation"};
  feed.add(std::move(only));
  hub.publish("package", body(4));
  const auto text = [&](int number, const std::string& type) {
    return "id: " + hub.id_of(static_cast<std::uint64_t>(number)) + "\nevent: " + type +
           "\ndata: {\"n\":" + std::to_string(number) + "}\n\n";
  };
  eventually([&] {
    return all.received() == text(2, "progress") + text(3, "operation") + text(4, "package");
  });
  eventually([&] { return some.received() == text(1, "operation") + text(3, "operation"); });
  CHECK(feed.followers() == 2);
}

TEST_CASE("who has missed something is told, who is gone is forgotten") {
  event_hub hub(2);
  event_feed feed(hub);
  for (int i = 1; i <= 5; ++i) hub.publish("operation", body(i));
  client late;
  feed.add(late.follower());
  eventually([&] { return late.received().find("\"n\":5") != std::string::npos; });
  CHECK(late.received().starts_with("event: lost\ndata: {}\n\n"));
  {
    const std::lock_guard lock(late.mutex);
    late.gone = true;
  }
  hub.publish("operation", body(6));
  eventually([&] { return feed.followers() == 0; });
}
