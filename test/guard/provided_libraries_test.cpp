// Flink's libraries for a submission: what the client is told of them, and what keeps the guard
// from it.
#include "guard/provided_libraries.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "surroundings.h"

using namespace dm::test;
using dm::component::guard_exit_done;
namespace fs = std::filesystem;

namespace {

const std::string root = "/libs";

struct with_libraries : surroundings {
  with_libraries() {
    spec.flink_home = directory / "flink";
    spec.flink_libraries_root = root;
    put("lib/flink-dist-1.20.5.jar", "dist");
    put("plugins/jmx/jmx.jar", "jmx");
    put("conf/flink-conf.yaml", "jobmanager.rpc.port: 6123\n");
  }
  void put(const std::string& name, const std::string& content) const {
    const fs::path path = fs::path(spec.flink_home) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }
  // The argument of one submission that names them; empty: none does.
  std::string one_run() {
    want();
    start();
    CHECK(eventually([&] { return live_ids().size() == 1; }));
    std::string said = last_argument("yarn.provided.lib.dirs");
    for (const std::string& application : live_ids()) finish(application, "SUCCEEDED");
    CHECK(join() == guard_exit_done);
    return said;
  }
  std::string placed() { return name_node.files().names(root).front(); }
  bool log_has(const std::string& text) const {
    return guard_log().find(text) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("the first submission uploads the libraries, the next one uses them") {
  with_libraries s;
  const std::string first = s.one_run();
  REQUIRE(s.name_node.files().names(root).size() == 1);
  const std::string at = "hdfs://" + root + "/" + s.placed();
  CHECK(first == "yarn.provided.lib.dirs=" + at + "/lib;" + at + "/plugins");
  CHECK(s.log_has("uploading Flink's libraries once, 7 bytes in 2 files"));
  REQUIRE(s.log().newest_incarnation() != nullptr);
  CHECK(s.log().newest_incarnation()->libraries == root + "/" + s.placed());
  s.name_node.data_node().forget_requests();
  CHECK(s.one_run() == first);
  for (const auto& asked : s.name_node.data_node().requests())
    CHECK((asked.method != "PUT" || asked.path.find(root) == std::string::npos));
}

TEST_CASE("nothing is touched where somebody has said where they are") {
  with_libraries s;
  SECTION("the installation's file") {
    s.put("conf/flink-conf.yaml", "yarn.provided.lib.dirs: hdfs:///other/lib\n");
  }
  SECTION("another directory's file") {
    s.put("other/flink-conf.yaml", "yarn.flink-dist-jar: hdfs:///other/dist.jar\n");
    s.spec.environment.emplace_back("FLINK_CONF_DIR", s.spec.flink_home + "/other");
  }
  SECTION("the component, by its own key") {
    s.command.insert(s.command.end() - 2, {"-yD", "yarn.flink-dist-jar=hdfs:///other/dist.jar"});
  }
  SECTION("the component is told to leave it") { s.spec.flink_libraries_root.clear(); }
  CHECK(s.one_run().empty());
  CHECK(s.name_node.files().names(root).empty());
}

TEST_CASE("where they cannot be provided the client uploads them, and the log says why") {
  with_libraries s;
  SECTION("others may not pass a directory") {
    s.name_node.files().make_directories(root, "pnda", "700");
  }
  SECTION("there is no such installation") { fs::remove_all(s.spec.flink_home + "/lib"); }
  CHECK(s.one_run().empty());
  CHECK(s.log_has("Flink's libraries cannot be provided on HDFS"));
  CHECK(s.log().newest_incarnation()->libraries.empty());
}

TEST_CASE("a cluster that stays away is told once, however often it is tried") {
  with_libraries s;
  dm::io::http_client http;
  dm::cluster::hdfs hdfs(http, {s.name_node.address()}, "pnda");
  dm::guard::guard_log log(s.directory.path());
  REQUIRE(log.open());
  const auto lines = [&] {
    const std::string text = file_content(s.directory / "guard.log");
    std::size_t count = 0;
    for (auto at = text.find("cannot be provided"); at != std::string::npos;
         at = text.find("cannot be provided", at + 1))
      ++count;
    return count;
  };
  std::string told;
  const auto provide = [&] {
    return dm::guard::provide_libraries({}, hdfs, s.spec, s.command, log, told)
        .provided.has_value();
  };
  s.name_node.files().make_directories(root, "hdfs", "700");
  for (int i = 0; i < 3; ++i) CHECK_FALSE(provide());
  CHECK(lines() == 1);
  s.name_node.files().set_permission(root, "777");
  CHECK(provide());
  s.name_node.files().set_permission(root, "700");
  CHECK_FALSE(provide());
  CHECK(lines() == 2);
}
