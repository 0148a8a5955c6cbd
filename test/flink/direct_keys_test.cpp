// Which configurations can be submitted without Flink's client.
// SPDX-License-Identifier: Apache-2.0
#include "flink/direct_keys.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;
using dm::test::flink;

namespace {

// The keys that speak against it, in order.
std::vector<std::string> against(configuration_map configuration) {
  configuration.try_emplace("jobmanager.memory.process.size", "1600m");
  std::vector<std::string> keys;
  for (const dm::problem& one : direct_obstacles(configuration)) {
    CHECK_FALSE(one.allowed.empty());
    keys.push_back(one.path);
  }
  return keys;
}
using keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a plain configuration can be submitted directly") {
  CHECK(against({{"yarn.application.name", "x"},
                 {"yarn.application.queue", "root.a"},
                 {"yarn.application-attempts", "1"},
                 {"yarn.appmaster.vcores", "1"},
                 {"yarn.heartbeat.interval", "1"},
                 {"yarn.provided.lib.dirs", "hdfs:///flink/lib"},
                 {"yarn.flink-dist-jar", "hdfs:///flink/lib/flink-dist.jar"},
                 {"yarn.ship-files", "/opt/x"},
                 {"yarn.tags", "a,b"},
                 {"yarn.classpath.include-user-jar", "order"},
                 {"high-availability", "none"},
                 {"high-availability.type", "NONE"},
                 {"high-availability.cluster-id", "x"},
                 {"env.java.opts.all", "-Da=b -XX:+UseSerialGC '-Dc=d e' -Df=$HOME"},
                 {"containerized.master.env.TZ", "UTC"},
                 {"state.backend", "rocksdb"},
                 {"security.ssl.internal.enabled", "true"}})
            .empty());
}

TEST_CASE("what needs Flink's client is told with its key") {
  const auto [key, value] = GENERATE(table<const char*, const char*>({
      {"security.kerberos.login.keytab", "/k"},
      {"security.kerberos.login.principal", "p"},
      {"high-availability", "zookeeper"},
      {"high-availability.type", "ZooKeeper"},
      {"jobmanager.heap.size", "1g"},
      {"jobmanager.heap.mb", "1024"},
      {"pipeline.jars", "file:/x.jar"},
      {"pipeline.classpaths", "file:/x.jar"},
      {"yarn.classpath.include-user-jar", "DISABLED"},
      {"yarn.per-job-cluster.include-user-jar", "LAST"},
      {"yarn.flink-dist-jar", "/opt/flink/lib/flink-dist.jar"},
      {"yarn.ship-archives", "/a.zip"},
      {"yarn.container-start-command-template", "%java%"},
      {"yarn.security.kerberos.ship-local-keytab", "true"},
      {"yarn.file-replication", "2"},
      {"yarn.a-key-of-the-future", "x"},
      {"env.java.opts.all", "-Da=`id`"},
      {"env.java.opts", "-Da=$(id)"},
      {"env.java.opts.jobmanager", "-Da=\"b\""},
      {"env.java.default-opts.all", "-Da\n"},
      {"containerized.master.env.X", "a\\b"},
  }));
  CAPTURE(key, value);
  CHECK(against({{key, value}}) == keys{key});
}

TEST_CASE("no value is told, which may be a secret") {
  for (const dm::problem& one : direct_obstacles({{"security.kerberos.login.principal", "hidden"},
                                                  {"yarn.unknown", "hidden"},
                                                  {"env.java.opts.all", "`hidden`"},
                                                  {"jobmanager.memory.process.size", "1g"}})) {
    CHECK((one.found + one.allowed).find("hidden") == std::string::npos);
  }
}

TEST_CASE("all that speaks against it is told at once, the JobManager's memory among it") {
  CHECK(against({{"yarn.ship-archives", "/a"},
                 {"high-availability", "zookeeper"},
                 {"jobmanager.memory.process.size", "none"}}) ==
        keys{"high-availability", "yarn.ship-archives", "jobmanager.memory.process.size"});
}

TEST_CASE("what of the node's file cannot be handed on is told with file and line") {
  installed_file file;
  file.path = "/opt/flink/conf/config.yaml";
  file.content.keys = {{"a", "b", 1, true}, {"pipeline.jars", "", 7, false}};
  file.content.not_understood = {9};
  const auto problems = direct_obstacles(file);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "pipeline.jars");
  CHECK(problems[0].found.find("/opt/flink/conf/config.yaml:7") != std::string::npos);
  CHECK(problems[1].path == "/opt/flink/conf/config.yaml:9");
  CHECK(direct_obstacles(installed_file{}).empty());
}

TEST_CASE("texts that a shell in double quotes would change") {
  for (const char* text : {"a\"b", "`id`", "$(id)", "a\\", "a\nb", "\x7F"})
    CHECK_FALSE(launch_text_reason(text).empty());
  for (const char* text : {"", "-Da=b", "$HOME", "a $", "it's", "a;b|c&d", "\xC3\xBC"})
    CHECK(launch_text_reason(text).empty());
}
