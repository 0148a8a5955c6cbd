// Operations that have ended.
// SPDX-License-Identifier: Apache-2.0
#include "registry/operation_history.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <fmt/format.h>

using namespace manager;

namespace {

struct filled {
  manager_test::temporary_directory directory;
  database db{directory / "db"};
  operation_history history{db};

  filled() { migrate(db); }
  void put(const std::string& id, const std::string& noun, const std::string& name,
           const std::string& verb, std::int64_t at, const std::string& outcome = "SUCCEEDED") {
    ended_operation one;
    one.operation.id = id;
    one.operation.noun = noun;
    one.operation.name = name;
    one.operation.verb = verb;
    one.operation.user = "daemon";
    one.operation.state_before = "CREATED";
    one.operation.accepted_at = at;
    one.ended_at = at + 1;
    one.outcome = outcome;
    history.put(one);
  }
  std::string ids(const operation_filter& filter,
                  const std::optional<operation_place>& after = std::nullopt,
                  std::int64_t limit = 100) {
    std::string text;
    for (const auto& one : history.list(filter, after, limit)) text += one.operation.id;
    return text;
  }
};

}  // namespace

TEST_CASE("the newest come first, filtered, page by page") {
  filled f;
  f.put("a", "application", "one", "start", 1);
  f.put("b", "application", "one", "stop", 2, "FAILED");
  f.put("c", "savepoint", "one/x", "trigger", 3);
  f.put("d", "application", "one2", "start", 3);
  f.put("e", "package", "one-1.0.0", "deploy", 4);
  CHECK(f.ids({}) == "edcba");
  CHECK(f.ids({.object = "one"}) == "cba");
  CHECK(f.ids({.noun = "application", .object = "one"}) == "ba");
  CHECK(f.ids({.verb = "start"}) == "da");
  CHECK(f.ids({.status = "FAILED"}) == "b");
  CHECK(f.ids({.user = "nobody"}).empty());
  CHECK(f.ids({.object = "one/x"}) == "c");
  CHECK(f.ids({.object = "one-1.0.0"}) == "e");
  CHECK(f.ids({.since = 3}) == "edc");
  CHECK(f.ids({.status = "SUCCEEDED",
               .verb = "start",
               .noun = "application",
               .object = "one",
               .user = "daemon",
               .since = 1}) == "a");
  CHECK(f.ids({}, std::nullopt, 2) == "ed");
  CHECK(f.ids({}, operation_place{3, "d"}, 2) == "cb");
  f.put("b", "application", "one", "stop", 2, "CANCELLED");
  REQUIRE(f.history.find("b"));
  CHECK(f.history.find("b")->outcome == "CANCELLED");
  CHECK_FALSE(f.history.find("z"));
}

TEST_CASE("what is old or too many is forgotten, but never the newest hundred by age") {
  filled f;
  f.db.script("BEGIN");
  for (int i = 0; i < 300; ++i) f.put(fmt::format("{:03}", i), "package", "p", "deploy", i);
  f.db.script("COMMIT");
  f.history.prune(250, 100);
  CHECK(f.history.list({}, std::nullopt, 1000).size() == 201);
  f.history.prune(250, 1'000'000);
  CHECK(f.history.list({}, std::nullopt, 1000).size() == operation_history::always_kept);
  f.history.prune(10, 0);
  CHECK(f.history.list({}, std::nullopt, 1000).size() == 10);
}

TEST_CASE("a page costs by its size, whatever the history, with each filter and at each place") {
  filled f;
  const auto fill = [&](int from, int to) {
    f.db.script("BEGIN");
    for (int i = from; i < to; ++i) {
      const bool mine = i % 4 == 0;
      f.put(fmt::format("{:032x}", i), mine ? "savepoint" : "application", mine ? "one/x" : "other",
            mine ? "trigger" : "start", i, mine ? "FAILED" : "SUCCEEDED");
    }
    f.db.script("COMMIT");
  };
  const auto cost = [&](const operation_filter& filter, std::int64_t from) {
    const auto before = f.db.work();
    REQUIRE(f.history.list(filter, operation_place{from, ""}, 20).size() == 20);
    return f.db.work() - before;
  };
  const std::vector<operation_filter> filters = {{},
                                                 {.status = "FAILED"},
                                                 {.verb = "trigger"},
                                                 {.noun = "savepoint"},
                                                 {.object = "one"},
                                                 {.object = "one/x"},
                                                 {.user = "daemon"},
                                                 {.object = "one", .since = 10}};
  fill(0, 500);
  std::vector<std::int64_t> few;
  for (const auto& one : filters) few.push_back(cost(one, 500));
  fill(500, 8000);
  for (std::size_t i = 0; i < filters.size(); ++i) {
    INFO("filter " << i);
    CHECK(cost(filters[i], 8000) <= few[i]);
    CHECK(cost(filters[i], 300) <= few[i]);
  }
}
