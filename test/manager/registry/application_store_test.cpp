// Applications and components in the registry.
// SPDX-License-Identifier: Apache-2.0
#include "registry/application_store.h"

#include "registry/schema.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

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

  CHECK(applications.all().size() == 1);
  CHECK(applications.names_of_package("p-1.0.0") == std::vector<std::string>{"one"});
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
