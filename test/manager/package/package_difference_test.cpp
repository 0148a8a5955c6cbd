// What is other in a package than in another one.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_difference.h"

#include <catch2/catch.hpp>

#include <array>

using namespace manager;

namespace {

package_metadata metadata(const std::vector<std::array<std::string, 2>>& components) {
  std::vector<packaged_component> all;
  for (const auto& [name, properties] : components) {
    all.push_back({"fake", name, {"properties.json"}, {"properties.json"}, properties, ""});
  }
  return package_metadata::from_archive("app-1.0.0", "daemon", all);
}

std::string between(const package_metadata& from, const package_metadata& to) {
  json::document owner = json::make_object();
  return json::to_text(component_difference(from, to, owner.GetAllocator()));
}

}  // namespace

TEST_CASE("files are compared by what is in them and by their mode") {
  const std::vector<package_file> from = {
      {"a", 1, 0644, "1"}, {"b", 2, 0644, "2"}, {"c", 3, 0644, "3"}, {"e", 5, 0644, "5"}};
  const std::vector<package_file> to = {
      {"a", 1, 0644, "1"}, {"b", 2, 0644, "other"}, {"d", 4, 0644, "4"}, {"e", 5, 0755, "5"}};
  json::document owner = json::make_object();
  auto& memory = owner.GetAllocator();
  CHECK(json::to_text(to_json(differing_files(from, to, 100), memory)) ==
        R"({"added":[{"path":"d","size":4,"mode":"0644","sha256":"4"}],)"
        R"("removed":[{"path":"c","size":3,"mode":"0644","sha256":"3"}],)"
        R"("changed":[{"path":"b","from":{"size":2,"mode":"0644","sha256":"2"},)"
        R"("to":{"size":2,"mode":"0644","sha256":"other"}},)"
        R"({"path":"e","from":{"size":5,"mode":"0644","sha256":"5"},)"
        R"("to":{"size":5,"mode":"0755","sha256":"5"}}]})");
  const auto first = differing_files(from, to, 2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].path() == "b");
  CHECK(first[1].path() == "c");
  CHECK(differing_files(from, from, 100).empty());
  CHECK(differing_files({}, to, 100).size() == 4);
  CHECK(differing_files(from, {}, 100).size() == 4);
}

TEST_CASE("components and their defaults are compared, and secrets stay masked") {
  const auto from =
      metadata({{"gone", "{}"},
                {"same", R"({"a":1})"},
                {"main", R"({"count":3,"old":"x","db_password":"hush","n":{"a":[1]}})"}});
  const auto to =
      metadata({{"main", R"({"count":4,"db_password":"other","api_token":"new","n":{"a":[1]}})"},
                {"same", R"({"a":1})"},
                {"fresh", "{}"}});
  CHECK(between(from, to) == R"({"added":[{"type":"fake","component":"fresh"}],)"
                             R"("removed":[{"type":"fake","component":"gone"}],)"
                             R"("changed":[{"type":"fake","component":"main","properties":{)"
                             R"("added":{"api_token":"********"},"removed":{"old":"x"},)"
                             R"("changed":{"count":{"from":3,"to":4},)"
                             R"("db_password":{"from":"********","to":"********"}}}}]})");
  CHECK(between(from, from) == R"({"added":[],"removed":[],"changed":[]})");
}
