// What tests of operations on the fleet have in common: applications a, b, c, each with a component
// of its own of the scriptable plugin, and their reports.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace manager_test {

inline constexpr const char* first_id = "00000000000000000000000000000001";
inline constexpr const char* second_id = "00000000000000000000000000000002";

// The time of a start is up, and what was begun may come up.
inline constexpr const char* comes_later =
    R"({"delay_ms":1000,"status":4,"reply":{"schema":1,"changed":true,"state":"STARTING",
        "desired":"RUNNING","information":"","error":{"code":"DEADLINE_EXCEEDED",
        "message":"no room","details":[],"retry":false}}})";

inline constexpr const char* cannot_be_saved =
    R"({"status":9,"reply":{"schema":1,"changed":false,"state":"RUNNING","desired":"RUNNING",
        "savepoint":null,"error":{"code":"FAILED_PRECONDITION","message":"no room for it",
        "details":[],"retry":false}}})";

// Applications a, b, c, each of a package of its own with a component of its own.
inline void write_package(const std::filesystem::path& repository, const std::string& name) {
  const std::string package = name + "-1.0.0";
  package_builder(repository / (package + ".tar.gz"))
      .directory(package)
      .file(fmt::format("{}/fake/of-{}/properties.json", package, name), "{}")
      .close();
}

inline void prepare(manager_fixture& dm, const std::vector<std::string>& names) {
  for (const std::string& name : names) write_package(dm.repository(), name);
}

inline void set_up(manager_fixture& dm, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    dm.deploy(name + "-1.0.0");
    dm.create_and_start(name, name + "-1.0.0");
  }
}

inline answer post(manager_fixture& dm, const std::string& path, const std::string& body,
                   const std::string& user = some_user) {
  return dm.request("POST", path + "?user.name=" + user, body);
}

inline std::string begin(manager_fixture& dm, const std::string& path, const std::string& body) {
  const answer told = post(dm, path, body);
  INFO(told.body);
  REQUIRE(told.status == 202);
  return told.text("id");
}

inline answer ended(manager_fixture& dm, const std::string& id) {
  answer last;
  eventually([&] {
    last = dm.get("/fleet/operations/" + id + "?user.name=" + some_user);
    return last.json.HasMember("ended_at");
  });
  return last;
}

inline std::string done(manager_fixture& dm, const std::string& path, const std::string& body) {
  const std::string id = begin(dm, path, body);
  ended(dm, id);
  return id;
}

inline const manager::json::value& of(const answer& report, const std::string& application) {
  for (const auto& one : report.json["components"].GetArray()) {
    if (one["application"] == application) return one;
  }
  FAIL("there is no " << application << " in " << report.body);
  return report.json;
}

inline std::string outcome(const answer& report, const std::string& application) {
  return std::string(manager::json::text_of(of(report, application), "outcome"));
}

// What the plugin says of a's component, whatever has been done.
inline std::string seen_of_a(const char* state, const char* desired = "RUNNING") {
  return fmt::format(
      R"({{"application":"a","component":"of-a","state":"{}","summary":"","desired":"{}",
           "confidence":"confirmed","observed_at":"2024-01-01T00:00:00.000Z","reason":"",
           "job_name":"","tracking_url":"","history_url":"","incarnations":[]}})",
      state, desired);
}

// Of the savepoint that the plugin has of it.
inline std::string only_savepoint(manager_fixture& dm, const std::string& application) {
  const auto list = dm.get("/applications/" + application + "/savepoints?user.name=daemon");
  REQUIRE(list.json["savepoints"].Size() == 1);
  return list.json["savepoints"][0]["path"].GetString();
}

}  // namespace manager_test
