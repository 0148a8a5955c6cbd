// What YARN is asked to run, by version. That Flink's client asks for the same is seen on a real
// cluster (test/end_to_end/test_direct.py).
// SPDX-License-Identifier: Apache-2.0
#include "flink/application_launch.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "io/json.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::flink;
namespace io = dm::io;
using part = local_resource::part;

namespace {

const std::string name_node = "hdfs://nn:8020";
const std::string staging = name_node + "/user/pnda/.flink/application_1_0007";

application_request request() {
  const auto library = [](part role, const std::string& name) {
    return local_resource{role, name, name_node + "/flink/" + name, 10, 1000, true};
  };
  application_request request;
  request.application_id = "application_1_0007";
  request.user = "pnda";
  request.staging = staging;
  request.home = name_node + "/user/pnda";
  request.yarn_class_path = "/etc/hadoop, /opt/hadoop/*,,";
  request.resources = {
      library(part::distribution, "lib/flink-dist-1.20.5.jar"),
      library(part::library, "lib/log4j-api-2.jar"),
      library(part::library, "lib/flink-table.jar"),
      library(part::plugin, "plugins/gs/flink-gs.jar"),
      {part::program, "job.jar", name_node + "/state/jars/1/job.jar", 20, 2000, false},
      {part::shipped, "classpath/a.properties", staging + "/classpath/a.properties", 30, 3000,
       false},
      {part::shipped, "log4j.properties", staging + "/log4j.properties", 40, 4000, false},
      {part::configuration, "config.yaml", staging + "/config.yaml", 50, 5000, false}};
  return request;
}

configuration_map configuration() {
  return {{"jobmanager.memory.process.size", "1600m"},
          {"yarn.application.name", "prod-app-job"},
          {"yarn.application.queue", "root.analytics"},
          {"yarn.tags", "dm-fleet-prod, dm-epoch-1-7,"}};
}

application_launch plan(const char* version, const configuration_map& keys = configuration(),
                        const application_request& asked = request()) {
  auto launch = plan_application_launch(flink(version), keys, asked);
  if (!launch) FAIL(launch.error().text());
  return std::move(*launch);
}

application_launch plan_with(configuration_map more, const char* version = "1.20.5") {
  more.merge(configuration());
  return plan(version, more);
}

std::map<std::string, std::string> environment(const application_launch& launch) {
  std::map<std::string, std::string> all;
  for (const auto& [name, value] : launch.environment) {
    CAPTURE(name);
    CHECK_FALSE(all.contains(name));
    all[name] = value;
  }
  return all;
}

io::json_document document(const application_launch& launch) {
  auto read = io::parse_json(launch.document, "the submission");
  if (!read) FAIL(read.error().text());
  return std::move(*read);
}

dm::error refusal(configuration_map more, const application_request& asked = request()) {
  more.merge(configuration());
  auto launch = plan_application_launch(flink("1.20.5"), more, asked);
  REQUIRE_FALSE(launch);
  CHECK(launch.error().code == status_code::invalid_argument);
  REQUIRE_FALSE(launch.error().details.empty());
  return std::move(launch.error());
}

}  // namespace

TEST_CASE("the JobManager's command") {
  CHECK(plan_with({{"env.java.opts.all", "-Da=b"}, {"env.java.opts.jobmanager", "-Dc"}}).command ==
        "$JAVA_HOME/bin/java -Xmx1073741824 -Xms1073741824 -XX:MaxMetaspaceSize=268435456 -Da=b "
        "-Dc -XX:+IgnoreUnrecognizedVMOptions -Dlog.file=\"<LOG_DIR>/jobmanager.log\" "
        "-Dlog4j.configuration=file:log4j.properties "
        "-Dlog4j.configurationFile=file:log4j.properties "
        "org.apache.flink.yarn.entrypoint.YarnApplicationClusterEntryPoint "
        "-D jobmanager.memory.off-heap.size=134217728b "
        "-D jobmanager.memory.jvm-overhead.min=201326592b "
        "-D jobmanager.memory.jvm-metaspace.size=268435456b "
        "-D jobmanager.memory.heap.size=1073741824b "
        "-D jobmanager.memory.jvm-overhead.max=201326592b "
        "1> <LOG_DIR>/jobmanager.out 2> <LOG_DIR>/jobmanager.err");
}

TEST_CASE("JVM options in the client's order, by version") {
  const configuration_map options = {{"env.java.opts.jobmanager", "-Dlast"},
                                     {"env.java.opts", "-Dold"},
                                     {"env.java.default-opts.all", "-Dfirst"},
                                     {"env.java.default-opts.jobmanager", "-Dsecond"}};
  CHECK(plan_with(options, "1.17.2").command.find(" -Dfirst -Dold -Dsecond -Dlast -Dlog.file=") !=
        std::string::npos);
  CHECK(plan_with(options, "2.3.0")
            .command.find(" -Dlast -XX:+IgnoreUnrecognizedVMOptions -Dlog.file=") !=
        std::string::npos);
  configuration_map both = options;
  both["env.java.opts.all"] = "-Dnew";
  const std::string command = plan_with(both).command;
  CHECK(command.find("-Dfirst -Dnew -Dsecond -Dlast") != std::string::npos);
  CHECK(command.find("-Dold") == std::string::npos);
}

TEST_CASE("direct memory is limited where that is asked for") {
  CHECK(plan("1.20.5").command.find("MaxDirectMemorySize") == std::string::npos);
  CHECK(plan_with({{"jobmanager.memory.enable-jvm-direct-memory-limit", "true"}})
            .command.find(" -XX:MaxDirectMemorySize=134217728 ") != std::string::npos);
}

TEST_CASE("the class path: what is on it in the order of names, Flink behind it, then YARN's") {
  const auto variables = environment(plan("1.20.5"));
  const std::string own =
      ":classpath:job.jar:lib/flink-table.jar:lib/log4j-api-2.jar:lib/flink-dist-1.20.5.jar:"
      "config.yaml:";
  CHECK(variables.at("_FLINK_CLASSPATH") == own);
  CHECK(variables.at("CLASSPATH") == own + ":/etc/hadoop:/opt/hadoop/*");
}

TEST_CASE("a cluster that names no class path has Hadoop's") {
  application_request asked = request();
  asked.yarn_class_path.clear();
  const auto variables = environment(plan("1.20.5", configuration(), asked));
  CHECK(variables.at("CLASSPATH").find(":$HADOOP_CONF_DIR:$HADOOP_COMMON_HOME/share/") !=
        std::string::npos);
}

TEST_CASE("the environment says who runs, where, and what TaskManagers are given") {
  const auto variables = environment(plan("1.20.5"));
  CHECK(variables.at("HADOOP_USER_NAME") == "pnda");
  CHECK(variables.at("_APP_ID") == "application_1_0007");
  CHECK(variables.at("_CLIENT_HOME_DIR") == name_node + "/user/pnda");
  CHECK(variables.at("_FLINK_YARN_FILES") == staging);
  CHECK(variables.at("FLINK_LIB_DIR") == "./lib");
  CHECK(variables.at("FLINK_OPT_DIR") == "./opt");
  CHECK_FALSE(environment(plan("1.13.6")).contains("FLINK_OPT_DIR"));
  CHECK(environment(plan("1.15.4")).contains("FLINK_OPT_DIR"));
  CHECK_FALSE(environment(plan("1.15.4")).contains("FLINK_LIB_DIR"));  // as its client
  CHECK(environment(plan_with({{"containerized.master.env.TZ", "UTC"},
                               {"containerized.taskmanager.env.TZ", "CET"}}))
            .at("TZ") == "UTC");
}

TEST_CASE("a file's descriptor: JSON from 1.19 on, a text of Flink's before") {
  const std::string at = name_node + "/flink/lib/flink-dist-1.20.5.jar";
  CHECK(environment(plan("1.19.3")).at("_FLINK_DIST_JAR") ==
        "{'resourceKey':'lib/flink-dist-1.20.5.jar','path':'" + at +
            "','size':10,'modificationTime':1000,'visibility':'PUBLIC','resourceType':'FILE'}");
  CHECK(environment(plan("1.18.1")).at("_FLINK_DIST_JAR") ==
        "YarnLocalResourceDescriptor{key=lib/flink-dist-1.20.5.jar, path=" + at +
            ", size=10, modificationTime=1000, visibility=PUBLIC, type=FILE}");
  const std::string all = environment(plan("1.20.5")).at("_CLIENT_SHIP_FILES");
  CHECK(std::count(all.begin(), all.end(), ';') == 7);
  const application_request asked = request();
  for (const local_resource& one : asked.resources)
    CHECK(all.find("'resourceKey':'" + one.name + "'") != std::string::npos);
  CHECK(all.find("'size':20,'modificationTime':2000,'visibility':'APPLICATION'") !=
        std::string::npos);
}

TEST_CASE("the document for YARN") {
  const application_launch launch = plan("1.20.5");
  const auto read = document(launch);
  CHECK(io::view(read["application-id"]) == "application_1_0007");
  CHECK(io::view(read["application-name"]) == "prod-app-job");
  CHECK(io::view(read["application-type"]) == "Apache Flink");
  CHECK(io::view(read["queue"]) == "root.analytics");
  CHECK(launch.queue == "root.analytics");
  REQUIRE(read["application-tags"]["tag"].Size() == 2);
  CHECK(io::view(read["application-tags"]["tag"][0]) == "dm-fleet-prod");
  CHECK(io::view(read["application-tags"]["tag"][1]) == "dm-epoch-1-7");
  CHECK(read["max-app-attempts"].GetInt() == 1);
  CHECK_FALSE(read["unmanaged-AM"].GetBool());
  CHECK_FALSE(read["keep-containers-across-application-attempts"].GetBool());
  CHECK(read["resource"]["memory"].GetInt() == 1600);
  CHECK(read["resource"]["vCores"].GetInt() == 1);
  CHECK_FALSE(read.HasMember("priority"));
  CHECK_FALSE(read.HasMember("app-node-label-expression"));
  const io::json_value& container = read["am-container-spec"];
  CHECK(io::view(container["commands"]["command"]) == launch.command);
  const io::json_value& environment = container["environment"]["entry"];
  REQUIRE(environment.Size() == launch.environment.size());
  for (rapidjson::SizeType i = 0; i < environment.Size(); ++i) {
    CHECK(io::view(environment[i]["key"]) == launch.environment[i].first);
    CHECK(io::view(environment[i]["value"]) == launch.environment[i].second);
  }
  const io::json_value& files = container["local-resources"]["entry"];
  const application_request asked = request();
  REQUIRE(files.Size() == asked.resources.size());
  for (rapidjson::SizeType i = 0; i < files.Size(); ++i) {
    const local_resource& one = asked.resources[i];
    CHECK(io::view(files[i]["key"]) == one.name);
    CHECK(io::view(files[i]["value"]["resource"]) == one.uri);
    CHECK(io::view(files[i]["value"]["type"]) == "FILE");
    CHECK(io::view(files[i]["value"]["visibility"]) == (one.of_all ? "PUBLIC" : "APPLICATION"));
    CHECK(files[i]["value"]["size"].GetInt() == one.size_bytes);
    CHECK(files[i]["value"]["timestamp"].GetInt() == one.modified_ms);
  }
}

TEST_CASE("what may be said of the application beside that") {
  const auto read = document(plan_with({{"yarn.application.priority", "3"},
                                        {"yarn.application.node-label", "gpu"},
                                        {"yarn.application.type", "Mine"},
                                        {"yarn.appmaster.vcores", "2"}}));
  CHECK(read["priority"].GetInt() == 3);
  CHECK(io::view(read["app-node-label-expression"]) == "gpu");
  CHECK(io::view(read["application-type"]) == "Mine");
  CHECK(read["resource"]["vCores"].GetInt() == 2);
  CHECK_FALSE(document(plan_with({{"yarn.application.priority", "-1"}})).HasMember("priority"));
}

TEST_CASE("what nobody has said is Flink's default") {
  const auto read = document(plan("1.20.5", {{"jobmanager.memory.process.size", "1g"}}));
  CHECK(io::view(read["application-name"]) == "Flink Application Cluster");
  CHECK(io::view(read["queue"]) == "default");
  CHECK_FALSE(read.HasMember("application-tags"));
}

TEST_CASE("what YARN's document cannot have is refused with the key") {
  CHECK(refusal({{"yarn.appmaster.vcores", "0"}}).details.front().path == "yarn.appmaster.vcores");
  CHECK(refusal({{"yarn.appmaster.vcores", "many"}}).details.front().found == "\"many\"");
  CHECK(refusal({{"yarn.application.priority", "high"}}).details.front().path ==
        "yarn.application.priority");
  CHECK(refusal({{"yarn.application-attempts", "2"}}).details.front().path ==
        "yarn.application-attempts");
  CHECK(refusal({{"yarn.tags", "a," + std::string(101, 'x')}}).details.front().path == "yarn.tags");
  CHECK(plan_with({{"yarn.tags", std::string(100, 'x')}}).memory.container_mb() == 1600);
  CHECK(refusal({{"jobmanager.memory.process.size", "1m"}})
            .details.front()
            .path.starts_with("jobmanager.memory."));
}

TEST_CASE("several at once are told at once") {
  CHECK(refusal({{"yarn.appmaster.vcores", "0"}, {"yarn.application.priority", "high"}})
            .details.size() == 2);
}

TEST_CASE("libraries without Flink itself are none") {
  application_request asked = request();
  asked.resources.erase(asked.resources.begin());
  CHECK(refusal({}, asked).details.front().path == "yarn.provided.lib.dirs");
  CHECK(is_distribution("flink-dist-1.20.5.jar"));
  CHECK(is_distribution("flink-dist_2.11-1.13.6.jar"));
  CHECK_FALSE(is_distribution("flink-dist-1.20.5.jar.bak"));
  CHECK_FALSE(is_distribution("my-flink-dist.jar"));
}

TEST_CASE("a file whose name would be taken apart on its way is refused") {
  for (const char* name : {"a;b.jar", "a,b.jar", "it's.jar", "a\".jar", "a=b.jar", "{a}", "a\\b"}) {
    CAPTURE(name);
    application_request asked = request();
    asked.resources[5].name = name;
    CHECK(refusal({}, asked).details.front().found.find(name) != std::string::npos);
  }
}

TEST_CASE("user text stands neither in the command nor in the environment") {
  const application_launch launch =
      plan_with({{"$internal.application.main", "examples.Secret"}, {"s3.secret-key", "Secret"}});
  CHECK(launch.document.find("Secret") == std::string::npos);
}

TEST_CASE("libraries that class data is of: a tar, first on the class path, in its own order") {
  application_request asked = request();
  std::erase_if(asked.resources, [](const local_resource& one) {
    return one.role == part::library || one.role == part::distribution;
  });
  asked.resources.push_back({part::library_archive,
                             "lib",
                             name_node + "/cd/lib.tar",
                             50,
                             5000,
                             true,
                             {"lib/z.jar", "lib/a.jar", "lib/flink-dist-1.20.5.jar"}});
  asked.resources.push_back(
      {part::class_data, "flink-classes.jsa", name_node + "/cd/classes.jsa", 60, 6000, true});
  const application_launch launch = plan("1.20.5", configuration(), asked);
  const auto variables = environment(launch);
  CHECK(variables.at("_FLINK_CLASSPATH") ==
        "lib/z.jar:lib/a.jar:lib/flink-dist-1.20.5.jar::classpath:job.jar:config.yaml:");
  const std::string tar = "{'resourceKey':'lib','path':'" + name_node +
                          "/cd/lib.tar','size':50,'modificationTime':5000,'visibility':'PUBLIC',"
                          "'resourceType':'ARCHIVE'}";
  CHECK(variables.at("_FLINK_DIST_JAR") == tar);
  CHECK(variables.at("_CLIENT_SHIP_FILES").find(tar) != std::string::npos);
  CHECK(environment(plan("1.17.2", configuration(), asked)).at("_FLINK_DIST_JAR") ==
        "YarnLocalResourceDescriptor{key=lib, path=" + name_node +
            "/cd/lib.tar, size=50, modificationTime=5000, visibility=PUBLIC, type=ARCHIVE}");
  const auto described = document(launch);
  std::map<std::string, std::string> types;
  for (const io::json_value& one :
       described["am-container-spec"]["local-resources"]["entry"].GetArray())
    types[std::string(io::view(one["key"]))] = io::view(one["value"]["type"]);
  CHECK(types.at("lib") == "ARCHIVE");
  CHECK(types.at("flink-classes.jsa") == "FILE");
  CHECK(types.at("job.jar") == "FILE");
}
