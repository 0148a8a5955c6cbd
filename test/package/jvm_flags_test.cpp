// The flags that a component's JVMs get by its profile, and whose flags win.
#include "package/jvm_flags.h"

#include <catch2/catch.hpp>

#include "package/command_plan.h"
#include "support/node.h"

using namespace dm::package;
using dm::test::json;
using dm::test::node;

namespace {

const dm::component::component_name name{"prod", "clicks", "counter_1"};

const std::string small_flags =
    "-XX:+IgnoreUnrecognizedVMOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData";
const std::string small_flags_without_collector =
    "-XX:+IgnoreUnrecognizedVMOptions -XX:TieredStopAtLevel=1 -XX:-UsePerfData";
const std::string flags_of_client = small_flags + " -Xms32m";
const std::string profile_small = ",'component_flink_profile':'small'";

struct given {
  std::string properties = {};
  std::string settings = {};
  const char* version = "1.20.5";
  key_values file = {};  // the configuration file on the node
};

// What stands in a component's command, and what was said of it.
class planned {
 public:
  explicit planned(const given& given) : version_(*dm::flink::parse_version(given.version)) {
    auto settings = dm::input::read_settings(node_.document("", given.settings), "");
    if (!settings) FAIL(settings.error().text());
    settings_ = *settings;
    const auto document = json("{'component_main_jar':'app.jar'" + given.properties + "}");
    auto reading = read_descriptor(read_properties(document), name, version_, references::complete);
    for (const auto& p : reading.problems) FAIL(p.path + ": " + p.found);
    descriptor_ = std::move(reading.descriptor);
    descriptor_.installed_configuration = given.file;
    auto command = plan_command(settings_, name, descriptor_, version_);
    if (!command) FAIL(command.error().text());
    command_ = std::move(*command);
  }

  // The last value of the key in the command, which is what Flink takes; "-": the key is not there.
  std::string value(const std::string& key) const {
    std::string found = "-";
    for (const std::string& word : command_) {
      if (word.starts_with(key + "=")) found = word.substr(key.size() + 1);
    }
    return found;
  }
  std::string of_client(const std::string* before = nullptr) const {
    return client_flags(descriptor_, settings_, before);
  }
  std::vector<std::string> warnings() const {
    std::vector<std::string> texts;
    for (const warning& one : check_start_profile(descriptor_, version_, settings_))
      texts.push_back(one.path + ": " + one.message);
    return texts;
  }
  std::string described() const { return described_profile(descriptor_, settings_); }

 private:
  node node_;
  dm::flink::version version_;
  dm::input::settings settings_;
  descriptor descriptor_;
  std::vector<std::string> command_;
};

std::string jobmanager(const planned& of) { return of.value("env.java.default-opts.jobmanager"); }
std::string taskmanager(const planned& of) { return of.value("env.java.default-opts.taskmanager"); }

}  // namespace

TEST_CASE(
    "every component's JobManager asks YARN once a second, unless somebody has said otherwise") {
  CHECK(planned({}).value("yarn.heartbeat.interval") == "1");
  CHECK(planned({.version = "1.13.6"}).value("yarn.heartbeat.interval") == "1");
  CHECK(planned({.file = {{"yarn.heartbeat.interval", "3"}}}).value("yarn.heartbeat.interval") ==
        "-");
  CHECK(planned({.settings = "'flink_configuration':{'yarn.heartbeat.interval':2}"})
            .value("yarn.heartbeat.interval") == "2");
  CHECK(planned({.properties = ",'component_flink_configuration':{'yarn.heartbeat.interval':7}"})
            .value("yarn.heartbeat.interval") == "7");
  CHECK(planned({.properties = ",'component_flink_config_args':'-yD yarn.heartbeat.interval=9'"})
            .value("yarn.heartbeat.interval") == "9");
}

TEST_CASE("the flags of each profile") {
  CHECK(jobmanager(planned({.properties = profile_small})) == small_flags);
  CHECK(taskmanager(planned({.properties = profile_small})) == small_flags);
  CHECK(jobmanager(planned({})) == small_flags_without_collector);
  CHECK(taskmanager(planned({})) == "-XX:+IgnoreUnrecognizedVMOptions -XX:-UsePerfData");
  const planned throughput({.properties = ",'component_flink_profile':'throughput'"});
  CHECK(jobmanager(throughput) == "-");
  CHECK(taskmanager(throughput) == "-");
  CHECK(throughput.of_client() == flags_of_client);
}

TEST_CASE("the node's setting is what components have that name no profile") {
  const std::string setting = "'flink_profile':'small'";
  CHECK(taskmanager(planned({.settings = setting})) == small_flags);
  CHECK(taskmanager(planned({.properties = ",'component_flink_profile':'throughput'",
                             .settings = setting})) == "-");
}

TEST_CASE("a profile that there is not is refused with those that there are") {
  const auto document = json("{'component_main_jar':'app.jar','component_flink_profile':'tiny'}");
  const auto reading =
      read_descriptor(read_properties(document), name, std::nullopt, references::complete);
  REQUIRE(reading.problems.count() == 1);
  CHECK(reading.problems.front().path == "$.properties.component_flink_profile");
  CHECK(reading.problems.front().allowed == "small, default, throughput");
}

TEST_CASE("before Flink 1.19 the flags stand in the key that others use, in front of theirs") {
  const std::string key = "env.java.opts.taskmanager";
  CHECK(planned({.properties = profile_small, .version = "1.18.1"}).value(key) == small_flags);
  CHECK(planned({.properties = profile_small, .version = "1.13.6", .file = {{key, "-Dx=1 -Xss1m"}}})
            .value(key) == small_flags + " -Dx=1 -Xss1m");
  CHECK(planned({.properties =
                     profile_small + ",'component_flink_configuration':{'" + key + "':'-Da=b'}",
                 .version = "1.17.2",
                 .file = {{key, "-Dx=1"}}})
            .value(key) == small_flags + " -Da=b");
}

TEST_CASE("from Flink 1.19 on what others have said is not even touched") {
  const planned plan({.properties = profile_small,
                      .file = {{"env.java.opts.taskmanager", "-XX:TieredStopAtLevel=4"}}});
  CHECK(taskmanager(plan) == small_flags);
  CHECK(plan.value("env.java.opts.taskmanager") == "-");
  CHECK(taskmanager(planned({.properties = profile_small,
                             .file = {{"env.java.default-opts.taskmanager", "-Dx=1"}}})) ==
        small_flags + " -Dx=1");
}

TEST_CASE("a collector that somebody has chosen is the only one: two, and the JVM does not start") {
  const std::string g1 = "-Dx=1 -XX:+UseG1GC";
  CHECK(taskmanager(planned({.properties = profile_small, .file = {{"env.java.opts.all", g1}}})) ==
        small_flags_without_collector);
  const planned one_side(
      {.properties = profile_small, .file = {{"env.java.opts.taskmanager", "-XX:+UseZGC -Dy=2"}}});
  CHECK(taskmanager(one_side) == small_flags_without_collector);
  CHECK(jobmanager(one_side) == small_flags);
  CHECK(taskmanager(planned({.properties = profile_small + ",'component_flink_config_args':'-yD "
                                                           "env.java.opts=-XX:+UseParallelGC'"})) ==
        small_flags_without_collector);
  // The same one twice is no harm, and a text that is not read may name any.
  CHECK(taskmanager(planned({.properties = profile_small,
                             .file = {{"env.java.opts.all", "-XX:+UseSerialGC"}}})) == small_flags);
  CHECK(taskmanager(planned({.properties = profile_small, .file = {{"env.java.opts.all", ""}}})) ==
        small_flags_without_collector);
}

TEST_CASE("where the flags cannot stand beside somebody's, his stay, and it is said") {
  const std::string key = "env.java.opts.jobmanager";
  const planned secret({.properties = profile_small,
                        .version = "1.18.1",
                        .file = {{key, "-Djavax.net.ssl.keyStorePassword=abc123"}}});
  CHECK(secret.value(key) == "-");
  REQUIRE(secret.warnings().size() == 1);
  CHECK(secret.warnings()[0].starts_with("$.properties.component_flink_profile: the jobmanager "));
  CHECK(secret.warnings()[0].find("abc123") == std::string::npos);

  const planned unread(
      {.settings = "'flink_profile':'small'", .version = "1.18.1", .file = {{key, ""}}});
  CHECK(unread.value(key) == "-");
  REQUIRE(unread.warnings().size() == 1);
  CHECK(unread.warnings()[0].starts_with("$.settings.flink_profile: the jobmanager "));

  const planned option(
      {.properties = profile_small + ",'component_flink_config_args':'-yD " + key + "=-Xss2m'",
       .version = "1.18.1"});
  CHECK(option.value(key) == "-Xss2m");
  CHECK(option.warnings().size() == 1);
  CHECK(planned({.properties = profile_small}).warnings().empty());
}

TEST_CASE(
    "the client's flags come before those that it has, and an attached client keeps its own") {
  const std::string theirs = "-Xmx512m";
  CHECK(planned({}).of_client() == flags_of_client);
  CHECK(planned({}).of_client(&theirs) == flags_of_client + " -Xmx512m");
  const planned attached({.properties = ",'component_flink_submission':'attached'"});
  CHECK(attached.of_client().empty());
  CHECK(attached.of_client(&theirs) == theirs);
  const planned zgc({.settings = "'flink_environment':{'JAVA_TOOL_OPTIONS':'-XX:+UseZGC'}"});
  CHECK(zgc.of_client() == small_flags_without_collector + " -Xms32m");
  CHECK(planned({.file = {{"env.java.opts.client", "-XX:+UseG1GC"}}}).of_client() ==
        small_flags_without_collector + " -Xms32m");
  CHECK(planned({.file = {{"env.java.opts.taskmanager", "-XX:+UseG1GC"}}}).of_client() ==
        flags_of_client);
}

TEST_CASE("a profile in words") {
  CHECK(
      planned({.properties = ",'component_flink_profile':'throughput'"}).described() ==
      "profile throughput: flags for the JobManager none; for TaskManagers none; for the client " +
          flags_of_client);
}
