// The data logger's format.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/metric_message.h"

#include "base/json.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <limits>

using namespace manager;
using namespace manager::metrics;

TEST_CASE("a message has what the data logger reads, each value of its own type") {
  const auto messages = metric_messages({{"clicks", "counter", "records_in", 42.0},
                                         {"clicks", "counter", "rate", 1.5},
                                         {"clicks", "counter", "state", std::string("RUNNING")}},
                                        5);
  REQUIRE(messages.size() == 1);
  CHECK(
      messages[0] ==
      R"({"data":[)"
      R"({"source":"application.clicks","metric":"application.kpi.clicks.counter.records_in","value":42,"causes":"[]","timestamp":5},)"
      R"({"source":"application.clicks","metric":"application.kpi.clicks.counter.rate","value":1.5,"causes":"[]","timestamp":5},)"
      R"({"source":"application.clicks","metric":"application.kpi.clicks.counter.state","value":"RUNNING","causes":"[]","timestamp":5})"
      R"(],"timestamp":5})");
}

TEST_CASE("many are split, and none is larger than the receiver takes") {
  std::vector<metric_item> items;
  for (int i = 0; i < 3000; ++i)
    items.push_back({fmt::format("application-{}", i), "component", "figure", 1.0 * i});
  const auto messages = metric_messages(items, 1'700'000'000'000);
  CHECK(messages.size() > 3);
  std::size_t told = 0;
  for (const std::string& one : messages) {
    CHECK(one.size() <= largest_message);
    const auto body = json::parse_or_throw(one, "a message");
    CHECK(body["timestamp"].GetInt64() == 1'700'000'000'000);
    told += body["data"].Size();
  }
  CHECK(told == items.size());
}

TEST_CASE("what is no number is not told, what is too large alone neither, and nothing is none") {
  CHECK(metric_messages({}, 1).empty());
  CHECK(metric_messages({{"a", "c", "x", std::numeric_limits<double>::quiet_NaN()},
                         {"a", "c", "y", std::numeric_limits<double>::infinity()}},
                        1)
            .empty());
  CHECK(metric_messages({{"a", "c", "x", std::string(300, 'x')}}, 1, 200).empty());
}

TEST_CASE("text from outside stays one text") {
  const auto messages = metric_messages({{"a", "c", "state", std::string("\"},{\x01\xFF")}}, 1);
  REQUIRE(messages.size() == 1);
  const auto body = json::parse_or_throw(messages[0], "a message");
  CHECK(body["data"].Size() == 1);
}
