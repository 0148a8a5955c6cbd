// The JobManager's memory, against what Flink's own BashJavaUtils derives
// (recorded/record_jobmanager_memory.py).
// SPDX-License-Identifier: Apache-2.0
#include "flink/jobmanager_memory.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "io/json.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
namespace io = dm::io;

namespace {

constexpr std::string_view prefix = "jobmanager.memory.";

configuration_map keys(
    std::initializer_list<std::pair<std::string_view, std::string_view>> without_prefix) {
  configuration_map configuration;
  for (const auto& [name, value] : without_prefix)
    configuration[std::string(prefix) + std::string(name)] = value;
  return configuration;
}

std::vector<std::string> paths_of(const dm::error& e) {
  std::vector<std::string> paths;
  for (const dm::problem& one : e.details) paths.push_back(one.path);
  return paths;
}

}  // namespace

TEST_CASE("what Flink derives, to the byte, and what it refuses") {
  const auto document = io::parse_json(dm::test::recorded("jobmanager_memory.json"), "recording");
  REQUIRE(document);
  std::set<std::string> versions;
  std::set<std::string> configurations;
  int refused = 0;
  for (const io::json_value& one : document->GetArray()) {
    configuration_map configuration;
    for (const auto& key : one["configuration"].GetObject())
      configuration[std::string(prefix) + key.name.GetString()] = key.value.GetString();
    const std::string version = one["flink"].GetString();
    const std::string text = io::to_text(one["configuration"]);
    CAPTURE(version, text);
    versions.insert(version);
    configurations.insert(text);
    const auto memory = plan_jobmanager_memory(configuration);
    if (one["derived"].IsNull()) {
      ++refused;
      CHECK_FALSE(memory);
      continue;
    }
    if (!memory) {
      FAIL_CHECK(memory.error().text());
      continue;
    }
    const io::json_value& derived = one["derived"];
    CHECK(memory->heap == io::integer_member(derived, "heap"));
    CHECK(memory->metaspace == io::integer_member(derived, "metaspace"));
    CHECK(memory->off_heap == io::integer_member(derived, "off_heap"));
    CHECK(memory->overhead == io::integer_member(derived, "overhead"));
    CHECK(memory->limits_direct_memory == io::bool_member(derived, "limits_direct_memory"));
    CHECK(memory->process ==
          memory->heap + memory->metaspace + memory->off_heap + memory->overhead);
  }
  CHECK(versions.size() >= 4);
  CHECK(configurations.size() >= 50);
  CHECK(refused > 0);
}

TEST_CASE("the container has the whole megabytes of the process") {
  CHECK(plan_jobmanager_memory(keys({{"process.size", "1600m"}})).value().container_mb() == 1600);
  CHECK(plan_jobmanager_memory(keys({{"process.size", "1677721599"}})).value().container_mb() ==
        1599);
}

TEST_CASE("a refusal names the key at fault, and what would do") {
  const auto all_bad = plan_jobmanager_memory(keys({{"process.size", "many"},
                                                    {"jvm-metaspace.size", "-1m"},
                                                    {"jvm-overhead.fraction", "1"},
                                                    {"enable-jvm-direct-memory-limit", "maybe"}}));
  REQUIRE_FALSE(all_bad);
  CHECK(all_bad.error().code == status_code::invalid_argument);
  auto paths = paths_of(all_bad.error());
  std::sort(paths.begin(), paths.end());
  CHECK(paths == std::vector<std::string>{"jobmanager.memory.enable-jvm-direct-memory-limit",
                                          "jobmanager.memory.jvm-metaspace.size",
                                          "jobmanager.memory.jvm-overhead.fraction",
                                          "jobmanager.memory.process.size"});
  const auto none = plan_jobmanager_memory({});
  REQUIRE_FALSE(none);
  CHECK(none.error().hint.find("component_flink_jobmanager_memory") != std::string::npos);
  const auto little = plan_jobmanager_memory(keys({{"process.size", "400m"}}));
  REQUIRE_FALSE(little);
  CHECK(paths_of(little.error()) == std::vector<std::string>{"jobmanager.memory.process.size"});
  const auto differ = plan_jobmanager_memory(keys({{"heap.size", "2g"}, {"flink.size", "1g"}}));
  REQUIRE_FALSE(differ);
  CHECK(paths_of(differ.error()) == std::vector<std::string>{"jobmanager.memory.flink.size"});
}

TEST_CASE("what Flink would take and nobody can run is refused") {
  // To the JVM -Xmx0 is no limit at all; no container has exabytes.
  CHECK_FALSE(plan_jobmanager_memory(keys({{"heap.size", "0"}})));
  CHECK_FALSE(plan_jobmanager_memory(keys({{"process.size", "8388607t"}})));
  CHECK_FALSE(plan_jobmanager_memory(keys({{"flink.size", "8388607t"}})));
}

TEST_CASE("numbers at their ends are refused, not overflown") {
  for (const char* fraction : {"nan", "inf", "-0.1", "1e-", "0,1", " 0.1x", ""}) {
    CAPTURE(fraction);
    CHECK_FALSE(plan_jobmanager_memory(
        keys({{"process.size", "1600m"}, {"jvm-overhead.fraction", fraction}})));
  }
  constexpr const char* most = "9223372036854775807";
  CHECK_FALSE(plan_jobmanager_memory(keys({{"heap.size", most}})));
  CHECK_FALSE(plan_jobmanager_memory(keys({{"flink.size", most}})));
  CHECK_FALSE(plan_jobmanager_memory(keys({{"heap.size", "1g"}, {"off-heap.size", most}})));
  CHECK_FALSE(plan_jobmanager_memory(keys({{"process.size", "1g"}, {"jvm-metaspace.size", most}})));
  CHECK_FALSE(plan_jobmanager_memory(
      keys({{"flink.size", "8388607t"}, {"jvm-overhead.fraction", "0.99"}})));
}

TEST_CASE("other keys are no concern of the memory") {
  auto configuration = keys({{"process.size", "1600m"}});
  configuration["jobmanager.memory.unknown"] = "x";
  configuration["taskmanager.memory.process.size"] = "none";
  CHECK(plan_jobmanager_memory(configuration));
}
