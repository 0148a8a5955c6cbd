// What is remembered of a package.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_metadata.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("metadata in the contract's form, there and back") {
  const auto made = package_metadata::from_archive(
      "app-1.0.0", "daemon",
      {{"flink",
        "b",
        {"properties.json", "lib", "lib/x"},
        {"properties.json", "lib/x"},
        R"({"a":1})",
        "",
        8192},
       {"flink", "a", {"y"}, {"y"}, "", R"([{"name":"n","path":"/p/q"}])", 4096}});
  const package_metadata metadata(made.to_text());
  const auto document = json::parse_or_throw(metadata.to_text(), "test");
  CHECK(document["package_name"] == "app-1.0.0");
  CHECK(document["user"] == "daemon");
  const auto& detail = document["component_types"]["flink"]["b"];
  CHECK(detail["component_path"] == "app-1.0.0/flink/b");
  CHECK(detail["component_detail"]["lib/x"].ObjectEmpty());
  CHECK(detail["component_detail"]["properties.json"]["a"].GetInt() == 1);

  const auto components = metadata.components();
  REQUIRE(components.size() == 2);
  CHECK(components[0].name == "b");
  CHECK(components[0].files == std::vector<std::string>{"properties.json", "lib/x"});
  CHECK(json::to_text(metadata.all_defaults()) == R"({"flink":{"b":{"a":1},"a":{}}})");
  CHECK(metadata.hdfs("flink", "a") != nullptr);
  CHECK(metadata.hdfs("flink", "b") == nullptr);
  CHECK(metadata.disk_bytes() == 12'288);
  // As earlier versions wrote it.
  CHECK(package_metadata(R"({"component_types":{"flink":{"a":{"component_path":"p/flink/a"}}}})")
            .disk_bytes() == 0);
}

TEST_CASE("all wrong descriptors are named") {
  try {
    package_metadata::from_archive(
        "app-1.0.0", "daemon",
        {{"flink", "a", {"properties.json"}, {"properties.json"}, "{", ""},
         {"flink", "b", {"properties.json"}, {"properties.json"}, "[1]", ""},
         {"flink", "c", {"hdfs.json"}, {"hdfs.json"}, "", R"([{}])"}});
    FAIL("three are wrong");
  } catch (const failure& refused) {
    CHECK(refused.problems().size() == 4);
    CHECK(std::string(refused.what()).find("app-1.0.0/flink/a/properties.json") !=
          std::string::npos);
  }
}
