// Telling the data logger: that it is told, and that one that is away or slow disturbs nothing.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/metric_poster.h"

#include "base/json.h"
#include "fake/http_server.h"
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace manager;
using namespace manager::metrics;
using namespace std::chrono_literals;
using manager_test::eventually;

namespace {

std::string text_of(const metric_poster& poster) {
  exposition into;
  poster.write(into);
  return into.text();
}

bool counts(const metric_poster& poster, const std::string& outcome, int count) {
  return text_of(poster).find("{outcome=\"" + outcome + "\"} " + std::to_string(count) + "\n") !=
         std::string::npos;
}

std::vector<metric_item> items(int count) {
  std::vector<metric_item> list;
  for (int i = 0; i < count; ++i) list.push_back({"app", "component", "figure", 1.0 * i});
  return list;
}

}  // namespace

TEST_CASE("where no address is known nothing is done") {
  metric_poster poster("", 1s);
  CHECK_FALSE(poster.listened_to());
  poster.tell(1, items(1));
  CHECK(text_of(poster).empty());
}

TEST_CASE("what is told arrives, each message on a connection that ends with it") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  metric_poster poster(receiver.address() + "/metrics", 30s);
  poster.tell(7, items(2000));
  eventually([&] { return counts(poster, "succeeded", 3); });
  std::size_t told = 0;
  for (const auto& request : receiver.requests()) {
    CHECK(request.method == "POST");
    CHECK(request.path == "/metrics");
    CHECK(request.header("connection") == "close");
    CHECK(request.header("content-type") == "application/json");
    CHECK(request.body.size() <= largest_message);
    told += json::parse_or_throw(request.body, "a message")["data"].Size();
  }
  CHECK(told == 2000);
}

TEST_CASE("only 200 is success, and a refused look is not sent again") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(202, "{}"); });
  metric_poster poster(receiver.address(), 30s);
  poster.tell(1, items(1));
  eventually([&] { return counts(poster, "failed", 1); });
  CHECK(receiver.request_count() == 1);
  CHECK(counts(poster, "succeeded", 0));
}

TEST_CASE("a receiver that is away costs the looks of that time, and is told the next one") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  receiver.stop();
  metric_poster poster(receiver.address(), 30s);
  poster.tell(1, items(1));
  eventually([&] { return counts(poster, "failed", 1); });
  receiver.start();
  poster.tell(2, items(1));
  eventually([&] { return counts(poster, "succeeded", 1); });
  REQUIRE(receiver.request_count() == 1);
  CHECK(receiver.requests()[0].body.find("\"timestamp\":2}") != std::string::npos);
}

TEST_CASE("a receiver that hangs holds nobody, nor the end, and no queue grows") {
  dm::fake::http_server receiver([](const dm::fake::request&) {
    std::this_thread::sleep_for(6s);
    return dm::fake::json(200, "{}");
  });
  metric_poster poster(receiver.address(), 30s);
  const auto began = std::chrono::steady_clock::now();
  poster.tell(0, items(1));
  eventually([&] { return receiver.request_count() == 1; });
  for (int look = 1; look <= 100; ++look) poster.tell(look, items(1));
  CHECK(counts(poster, "replaced", 99));
  poster.stop();
  CHECK(std::chrono::steady_clock::now() - began < 20s);
}
