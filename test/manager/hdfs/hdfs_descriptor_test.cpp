// hdfs.json: shape, substitution, and what a destroy deletes.
// SPDX-License-Identifier: Apache-2.0
#include "hdfs/hdfs_descriptor.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

std::vector<hdfs_directory> read(const std::string& text, std::vector<problem>& problems) {
  return read_hdfs_descriptor(json::parse_or_throw(text, "test"),
                              json::parse_or_throw(R"({"pkg":"app","n":2})", "test"),
                              {{"/user/*", "/pnda/system"}, {"/state/of/flink"}}, problems);
}

std::string target_of(const std::string& path, int levels,
                      const std::vector<std::string>& others = {}) {
  return deletion_target({"x", path, levels, ""}, others);
}

}  // namespace

TEST_CASE(
    "delete_on_undeploy deletes exactly n levels, and never the root or a top-level directory") {
  CHECK(target_of("/path/to/app/directory", 2) == "/path/to/app");
  CHECK(target_of("/path/to/app/directory", 1) == "/path/to/app/directory");
  CHECK(target_of("/path/to/app/directory", 3) == "/path/to");
  CHECK(target_of("/path/to/app/directory", 0).empty());
  CHECK(target_of("/path/to/app/directory", 4) == "/path/to");
  CHECK(target_of("/path/to/app/directory", 99) == "/path/to");
  CHECK(target_of("/top", 1).empty());
  CHECK(target_of("/a/b", -1).empty());
}

TEST_CASE("levels that others use stay") {
  CHECK(target_of("/d/shared/app/x", 3, {"/d/shared/other/x"}) == "/d/shared/app");
  CHECK(target_of("/d/shared/app/x", 3, {"/d/shared/app2/x"}) == "/d/shared/app");
  CHECK(target_of("/d/shared/app/x", 3, {"/d/shared/app/x"}).empty());
  CHECK(target_of("/d/shared/app/x", 3, {"/d/shared/app/x/below"}).empty());
  CHECK(target_of("/d/shared/app/x", 3, {"/elsewhere"}) == "/d/shared");
}

TEST_CASE("values are substituted and normalised") {
  std::vector<problem> problems;
  const auto list = read(
      R"([{"name":"a","path":"/data//${pkg}/x/","delete_on_undeploy":"${n}"},{"name":"$pkg","path":"/d"}])",
      problems);
  INFO(to_text(problems));
  REQUIRE(list.size() == 2);
  CHECK(list[0].path == "/data/app/x");
  CHECK(list[0].delete_levels == 2);
  CHECK(list[1].name == "app");
  CHECK(hdfs_directories_from(to_json(list))[0].path == "/data/app/x");
}

TEST_CASE("everything wrong is named") {
  for (const char* text : {R"({})", R"([7])", R"([{"path":"/a/b"}])", R"([{"name":"a"}])",
                           R"([{"name":"a","path":"a/b"}])", R"([{"name":"a","path":"/a/../b"}])",
                           R"([{"name":"a","path":"/"}])", R"([{"name":"a","path":"hdfs://nn/a"}])",
                           R"([{"name":"a","path":"/a/b","delete_on_undeploy":1.5}])",
                           R"([{"name":"a","path":"/a/b","delete_on_undeploy":"many"}])",
                           R"([{"name":"a","path":"/a/b","delete_on_undeploy":2}])",
                           R"([{"name":"a","path":"/a/b","delete_on_undeploy":-1}])",
                           R"([{"name":"a","path":"/a/$unknown"}])",
                           R"([{"name":"a","path":"/user/joe/x","delete_on_undeploy":2}])",
                           R"([{"name":"a","path":"/pnda/system/x","delete_on_undeploy":2}])",
                           R"([{"name":"a","path":"/state/of/flink"}])",
                           R"([{"name":"a","path":"/state//of/flink/prod/app/log"}])",
                           R"([{"name":"a","path":"/state/of/x","delete_on_undeploy":2}])"}) {
    INFO(text);
    std::vector<problem> problems;
    read(text, problems);
    CHECK(problems.size() == 1);
  }
  std::vector<problem> none;
  read(R"([{"name":"a","path":"/user/joe/x","delete_on_undeploy":1},
           {"name":"b","path":"/state/of/flinker","delete_on_undeploy":1}])",
       none);
  CHECK(none.empty());
}

TEST_CASE("paths above each other") {
  CHECK(is_same_or_above("/a", "/a/b"));
  CHECK(is_same_or_above("/a/b", "/a/b"));
  CHECK_FALSE(is_same_or_above("/a/b", "/a"));
  CHECK_FALSE(is_same_or_above("/a/b", "/a/bc"));
  CHECK(leading_path("/a/b/c", 2) == "/a/b");
}
