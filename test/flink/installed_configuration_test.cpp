// What in a Flink client's own configuration is refused.
// SPDX-License-Identifier: Apache-2.0
#include "flink/installed_configuration.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "recorded.h"

using namespace dm::flink;
namespace fs = std::filesystem;

namespace {

struct conf_directory {
  fs::path path = fs::temp_directory_path() / ("conf-" + std::to_string(getpid()));
  conf_directory() { fs::create_directories(path); }
  ~conf_directory() { fs::remove_all(path); }
  conf_directory(const conf_directory&) = delete;
  conf_directory& operator=(const conf_directory&) = delete;
  void put(const char* name, const std::string& text) const { std::ofstream(path / name) << text; }
  installed_configuration read(const char* version,
                               submission_mode mode = submission_mode::per_job) const {
    const auto read = read_installed_configuration(dm::test::flink(version), mode, path.string());
    REQUIRE(read);
    return *read;
  }
};

}  // namespace

TEST_CASE(
    "a target in the installation switches the command line off: refused with file and line") {
  const conf_directory conf;
  conf.put("flink-conf.yaml", "jobmanager.rpc.port: 6123\nexecution.target: yarn-per-job\n");
  const auto found = conf.read("1.20.5");
  REQUIRE(found.refused.size() == 1);
  CHECK(found.refused[0].file == (conf.path / "flink-conf.yaml").string());
  CHECK(found.refused[0].line == 2);
  CHECK(found.refused[0].key == "execution.target");
  CHECK(found.refused[0].reason.find("tags") != std::string::npos);
  // Application mode names its target itself.
  CHECK(conf.read("1.20.5", submission_mode::application).refused.empty());
}

TEST_CASE("each version's own file is read, the older where both are there") {
  const conf_directory conf;
  conf.put("config.yaml", "execution:\n  target: yarn-session\n");
  CHECK(conf.read("1.18.1").refused.empty());
  REQUIRE(conf.read("1.19.1").refused.size() == 1);
  CHECK(conf.read("1.19.1").refused[0].line == 2);
  CHECK(conf.read("2.0.2").refused.size() == 1);
  conf.put("flink-conf.yaml", "parallelism.default: 1\n");
  CHECK(conf.read("1.20.5").refused.empty());
  CHECK(conf.read("2.0.2").refused.size() == 1);
}

TEST_CASE("keys of an installation that would act behind a component's back") {
  const std::string line = GENERATE(
      as<std::string>(), "yarn.application.id: application_1_1",
      "execution.savepoint.path: hdfs:///x", "execution.savepoint.ignore-unclaimed-state: true",
      "high-availability.cluster-id: /one", "high-availability.zookeeper.path.namespace: x",
      "execution.shutdown-on-application-finish: false", "execution.attached: true",
      "execution.submit-failed-job-on-application-error: true",
      "state.checkpoints.create-subdir: false", "state.changelog.enabled: true",
      "$internal.application.main: x");
  CAPTURE(line);
  const conf_directory conf;
  conf.put("flink-conf.yaml", line + "\n");
  CHECK(conf.read("1.20.5").refused.size() == 1);
}

TEST_CASE("what the command line sets over, and the defaults written down, are no harm") {
  const conf_directory conf;
  conf.put("flink-conf.yaml",
           "yarn.tags: x\nyarn.application-attempts: 2\nstate.checkpoints.dir: hdfs:///c\n"
           "state.savepoints.dir: hdfs:///s\nexecution.attached: false\n"
           "execution.shutdown-on-application-finish: true\nhigh-availability: zookeeper\n"
           "state.changelog.enabled: false\n");
  CHECK(conf.read("1.20.5").refused.empty());
}

TEST_CASE("a directory without a file refuses nothing; one that cannot be read is said") {
  const conf_directory conf;
  CHECK(conf.read("1.20.5").refused.empty());
  conf.put("config.yaml", "a: 1\n---\nexecution.target: x\n");
  CHECK(conf.read("2.0.2").not_understood ==
        std::vector<std::string>{(conf.path / "config.yaml").string() + ":2"});
  fs::remove(conf.path / "config.yaml");
  fs::create_directory(conf.path / "config.yaml");
  const auto read = read_installed_configuration(dm::test::flink("2.0.2"),
                                                 submission_mode::application, conf.path.string());
  REQUIRE_FALSE(read);
  CHECK(read.error().code == dm::status_code::unavailable);
}

TEST_CASE("the keys of an installation as they stand in its file") {
  const conf_directory conf;
  const auto none = read_installed_file(dm::test::flink("1.20.5"), conf.path.string());
  REQUIRE(none);
  CHECK(none->path.empty());
  CHECK(none->content.keys.empty());
  conf.put("config.yaml", "a:\n  b: 'c'\nlist: [1]\n");
  const auto yaml = read_installed_file(dm::test::flink("1.20.5"), conf.path.string());
  REQUIRE(yaml);
  CHECK(yaml->path == (conf.path / "config.yaml").string());
  REQUIRE(yaml->content.keys.size() == 2);
  CHECK(yaml->content.keys[0].key == "a.b");
  CHECK(yaml->content.keys[0].value == "c");
  CHECK_FALSE(yaml->content.keys[1].whole);
  // Of two files the older is read, by a version that still reads it.
  conf.put("flink-conf.yaml", "a.b: 'd'\n");
  CHECK(read_installed_file(dm::test::flink("1.20.5"), conf.path.string())
            ->content.keys.at(0)
            .value == "'d'");
  CHECK(
      read_installed_file(dm::test::flink("2.0.2"), conf.path.string())->content.keys.at(0).value ==
      "c");
  CHECK(read_installed_file(dm::test::flink("1.18.1"), conf.path.string())->path ==
        (conf.path / "flink-conf.yaml").string());
}

TEST_CASE("a file that is there and cannot be read is not taken for none") {
  const conf_directory conf;
  fs::create_directory(conf.path / "config.yaml");
  const auto file = read_installed_file(dm::test::flink("2.0.2"), conf.path.string());
  REQUIRE_FALSE(file);
  CHECK(file.error().code == dm::status_code::unavailable);
}

TEST_CASE("who names Flink's libraries in the installation's file is told") {
  const conf_directory conf;
  conf.put("flink-conf.yaml",
           "yarn.provided.lib.dirs: hdfs:///flink/lib;hdfs:///flink/plugins\n"
           "yarn.flink-dist-jar: hdfs:///flink/dist.jar\nyarn.ship-files: /x\n");
  const auto found = conf.read("1.13.6");
  REQUIRE(found.libraries.size() == 2);
  CHECK(found.libraries[0].key == "yarn.provided.lib.dirs");
  CHECK(found.libraries[0].line == 1);
  CHECK(found.libraries[1].key == "yarn.flink-dist-jar");
  CHECK(found.refused.empty());
  conf.put("config.yaml", "yarn:\n  provided:\n    lib:\n      dirs: [hdfs:///a/lib]\n");
  CHECK(conf.read("2.3.0").libraries.size() == 1);
}

TEST_CASE("all keys are told, the last of the same key last, texts that are not read as nothing") {
  using keys = std::vector<std::pair<std::string, std::string>>;
  const conf_directory conf;
  conf.put("flink-conf.yaml", "a.b: 1\nenv.java.opts.all: -Xss1m -Dx=y\na.b: 2\n");
  CHECK(conf.read("1.18.1").keys ==
        keys{{"a.b", "1"}, {"env.java.opts.all", "-Xss1m -Dx=y"}, {"a.b", "2"}});
  conf.put("config.yaml", "env:\n  java:\n    opts:\n      all: >-\n        -Xss1m\n");
  CHECK(conf.read("2.0.2").keys == keys{{"env.java.opts.all", ""}});
}
