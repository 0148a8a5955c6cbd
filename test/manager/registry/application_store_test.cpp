// Applications and components in the registry.
// SPDX-License-Identifier: Apache-2.0
#include "registry/application_store.h"

#include "registry/list_statement.h"
#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace manager;

namespace {

std::string names(const std::vector<application_record>& records) {
  std::string text;
  for (const auto& one : records) text += (text.empty() ? "" : " ") + one.name;
  return text;
}

}  // namespace

TEST_CASE("applications with components") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  application_store applications(db);
  applications.put({"one", "CREATED", "", "p-1.0.0", "daemon", "{}", "{}"});
  applications.put({"two", "CREATING", std::nullopt, "p-1.0.0", "daemon", "{}", "{}"});
  applications.put({"three", "NOTCREATED", "failed", "p-1.0.0", "daemon", "{}", "{}"});
  applications.put_component({"one", 1, "flink", "b", "{}", "{}", "STOPPED"});
  applications.put_component(
      {"one", 0, "flink", "a", std::nullopt, R"({"hdfs.json":[]})", "STOPPED"});
  applications.put_component({"two", 0, "flink", "a", std::nullopt, "{}", "STOPPED"});

  CHECK(names(applications.list({}, "", no_limit)) == "one");
  CHECK(names(applications.list({.package = "p-1.0.0"}, "", no_limit)) == "one");
  auto components = applications.components("one");
  REQUIRE(components.size() == 2);
  CHECK(components[0].name == "a");
  CHECK_FALSE(components[0].data);
  CHECK(applications.components_of_all().size() == 2);
  CHECK(applications.descriptors_of_others("two").size() == 2);

  applications.set_desired(components[1], "RUNNING");
  CHECK(applications.components("one")[1].desired == "RUNNING");
  // Changing the record keeps the components.
  applications.put({"one", "CREATED", "again", "p-1.0.0", "daemon", "{}", "{}"});
  CHECK(applications.components("one").size() == 2);
  applications.erase_component(components[0]);
  CHECK(applications.components("one").size() == 1);
  applications.erase("one");
  CHECK(applications.components("one").empty());
  CHECK_FALSE(applications.find("one"));
}

TEST_CASE("a word about a savepoint does not cover that of what is under way") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  application_store applications(db);
  applications.put({"one", "STARTED", "", "p-1.0.0", "daemon", "{}", "{}"});
  applications.put({"two", "STOPPING", "stop", "p-1.0.0", "daemon", "{}", "{}"});
  for (const char* name : {"one", "two", "three"}) {
    applications.set_settled_information(name, "savepoint");
  }
  CHECK(applications.find("one")->information == "savepoint");
  CHECK(applications.find("one")->state == "STARTED");
  CHECK(applications.find("two")->information == "stop");
  CHECK_FALSE(applications.find("three"));
}

TEST_CASE("a list is filtered, in the order of names, and goes on behind a name") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  application_store applications(db);
  applications.put({"ab", "STARTED", "", "p-1.0.0", "daemon", "{}", "{}"});
  applications.put({"aa", "CREATED", "", "p-1.0.0", "nobody", "{}", "{}"});
  applications.put({"b", "CREATED", "", "q-1.0.0", "daemon", "{}", "{}"});
  applications.put({"c", "NOTCREATED", "", "p-1.0.0", "daemon", "{}", "{}"});
  applications.put({"d", "CREATING", "", "p-1.0.0", "daemon", "{}", "{}"});
  const auto list = [&](const application_filter& filter, const std::string& after = "",
                        std::int64_t limit = no_limit) {
    return names(applications.list(filter, after, limit));
  };
  CHECK(list({}) == "aa ab b");
  CHECK(list({}, "aa") == "ab b");
  CHECK(list({}, "", 2) == "aa ab");
  CHECK(list({}, "gone-between", no_limit).empty());
  CHECK(list({.state = "CREATED"}) == "aa b");
  CHECK(list({.state = "NOTCREATED"}) == "c");
  CHECK(list({.state = "CREATING", .user = "daemon"}) == "d");
  CHECK(list({.package = "p-1.0.0"}) == "aa ab");
  CHECK(list({.user = "daemon"}) == "ab b");
  CHECK(list({.state = "STARTED", .package = "p-1.0.0", .user = "daemon", .prefix = "a"}) == "ab");
  CHECK(list({.prefix = "a"}) == "aa ab");
  CHECK(list({.prefix = "a"}, "aa") == "ab");
  CHECK(list({.prefix = "ab"}, "aa") == "ab");
  CHECK(list({.prefix = "a"}, "b").empty());
  const auto counts = applications.count_by_state();
  CHECK(counts == std::map<std::string, std::int64_t>{{"CREATED", 2}, {"STARTED", 1}});
}

TEST_CASE("a page costs by its size, not by how many applications there are or were") {
  const manager_test::temporary_directory directory;
  database db(directory / "db");
  migrate(db);
  application_store applications(db);
  const auto fill = [&](int from, int to) {
    db.script("BEGIN");
    for (int i = from; i < to; ++i) {
      // Three of four are what failed creations left.
      applications.put({fmt::format("n{:06}", i), i % 4 == 0 ? "STARTED" : "NOTCREATED", "",
                        i % 8 == 0 ? "p-1.0.0" : "q-1.0.0", i % 8 == 0 ? "daemon" : "nobody", "{}",
                        "{}"});
    }
    db.script("COMMIT");
  };
  const auto cost = [&](const application_filter& filter, const std::string& after) {
    const auto before = db.work();
    REQUIRE(applications.list(filter, after, 20).size() == 20);
    return db.work() - before;
  };
  const std::vector<application_filter> filters = {
      {},
      {.state = "STARTED"},
      {.package = "p-1.0.0"},
      {.user = "daemon"},
      {.state = "STARTED", .package = "p-1.0.0", .user = "daemon"},
      {.prefix = "n0"}};
  fill(0, 500);
  std::vector<std::int64_t> few;
  for (const auto& one : filters) few.push_back(cost(one, "n000100"));
  fill(500, 8000);
  for (std::size_t i = 0; i < filters.size(); ++i) {
    INFO("filter " << i);
    CHECK(cost(filters[i], "n000100") <= few[i]);
    CHECK(cost(filters[i], "n006000") <= few[i]);
  }
}
