// What a component becomes: command, guard's specification, program, digest.
#include "placement/component_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using namespace dm::placement;
using dm::component::component_name;
using dm::test::json;
using dm::test::node;
using words = std::vector<std::string>;

namespace {

const component_name name{"prod", "app", "stream"};
const dm::flink::version installed = *dm::flink::parse_version("1.20.5");
const account nobody{"nobody", 65534, 65534, "/nonexistent"};

settings settings_of(const node& node, const std::string& more = {}) {
  auto settings = read_settings(node.document({}, more), "");
  if (!settings) FAIL(settings.error().text());
  return *settings;
}

component_plan plan_of(const settings& settings, const std::string& properties,
                       const char* version = "1.20.5") {
  const auto document = json(properties);
  const auto flink = *dm::flink::parse_version(version);
  const auto reading =
      read_descriptor(read_properties(document), name, flink, references::complete);
  REQUIRE_FALSE(reading.failure(name));
  auto plan = plan_component(settings, name, "package-1.0.0", reading.descriptor, flink, nobody);
  if (!plan) FAIL(plan.error().text());
  return *plan;
}

bool has_in_order(const words& command, const words& part) {
  return std::search(command.begin(), command.end(), part.begin(), part.end()) != command.end();
}

std::string environment_value(const component_plan& plan, std::string_view variable) {
  for (const auto& [key, value] : plan.spec.environment) {
    if (key == variable) return value;
  }
  return "(absent)";
}

}  // namespace

TEST_CASE("the command runs the package's jar, with application.properties shipped (INV-6)") {
  const node node;
  const settings settings = settings_of(node);
  const auto plan = plan_of(settings,
                            "{'component_main_jar':'lib/"
                            "app.jar','component_main_class':'a.B','component_flink_parallelism':3,"
                            "'component_application_args':'--x 1'}");
  const std::string directory = node.install_root() + "/prod/app/stream";
  CHECK(plan.command[0] == node.flink_home() + "/bin/flink");
  CHECK(has_in_order(plan.command, {"run", "-m", "yarn-cluster", "-d"}));
  CHECK(has_in_order(plan.command, {"-p", "3"}));
  CHECK(has_in_order(plan.command, {"-yt", directory + "/classpath"}));
  CHECK(has_in_order(plan.command, {"-c", "a.B"}));
  CHECK(has_in_order(plan.command,
                     {"@incarnation@", directory + "/package/lib/app.jar", "--x", "1"}));
  CHECK(environment_value(plan, "HADOOP_CLASSPATH") == directory + "/classpath:/hadoop/lib");
}

TEST_CASE("supervisord gets the guard with its specification, and the command as it is") {
  const node node;
  const auto plan = plan_of(settings_of(node), "{'component_main_jar':'app.jar'}");
  const std::string directory = node.install_root() + "/prod/app/stream";
  CHECK(plan.program.name == "flink.prod.app.stream");
  CHECK(plan.program.expected_exit_codes == std::vector<int>{0, 3});
  CHECK(has_in_order(plan.program.command,
                     {node.path() + "/bin/flink-guard", "--user", "nobody", "--spec",
                      directory + "/guard.json", "--", node.flink_home() + "/bin/flink"}));
}

TEST_CASE("the node's defaults come first, then the component's, each key once") {
  const node node;
  const settings settings = settings_of(node,
                                        "'default_queue':'low','flink_configuration':{'a.b':'node',"
                                        "'c.d':'node','taskmanager.numberOfTaskSlots':1}");
  const auto plan = plan_of(settings,
                            "{'component_main_jar':'app.jar','component_flink_slots':4,"
                            "'component_flink_taskmanager_memory':'2 "
                            "gb','component_flink_configuration':{'c.d':'own','e.f':1}}");
  CHECK(has_in_order(plan.command, {"-yD", "a.b=node"}));
  CHECK(has_in_order(plan.command, {"-yD", "c.d=own"}));
  CHECK(has_in_order(plan.command, {"-yD", "e.f=1"}));
  CHECK(has_in_order(plan.command, {"-yD", "taskmanager.numberOfTaskSlots=4"}));
  CHECK(has_in_order(plan.command, {"-yD", "taskmanager.memory.process.size=2048m"}));
  CHECK(has_in_order(plan.command, {"-yD", "yarn.application.queue=low"}));
  CHECK(std::count(plan.command.begin(), plan.command.end(), "c.d=node") == 0);
  const auto own =
      plan_of(settings, "{'component_main_jar':'app.jar','component_flink_queue':'high'}");
  CHECK(has_in_order(own.command, {"-yD", "yarn.application.queue=high"}));
}

TEST_CASE("with a queue policy no queue stands in the command: the guard asks for it") {
  const node node;
  auto settings = settings_of(node, "'default_queue':'misc'");
  settings.queue_policy = "/etc/deployment-manager/queue-map";
  const std::string jar = "'component_main_jar':'app.jar'";
  struct row {
    std::string properties;
    std::string requested;
  };
  const std::vector<row> rows = {
      {"{" + jar + "}", ""},
      {"{" + jar + ",'component_flink_queue':'prod'}", "prod"},
      {"{" + jar + ",'component_flink_config_args':'-p 2 -yqu prod -ys 3'}", "prod"},
      {"{" + jar + ",'component_flink_config_args':'-yD yarn.application.queue=prod'}", "prod"},
  };
  for (const row& one : rows) {
    INFO(one.properties);
    const auto plan = plan_of(settings, one.properties);
    for (const std::string& word : plan.command) CHECK(word.find("queue") == std::string::npos);
    CHECK(plan.spec.queue_policy == settings.queue_policy);
    CHECK(plan.spec.queue_requested == one.requested);
    CHECK(plan.spec.queue_default == "misc");
  }
  const auto options = plan_of(settings, rows[2].properties);
  CHECK(has_in_order(options.command, {"-p", "2"}));
  CHECK(has_in_order(options.command, {"-yD", "taskmanager.numberOfTaskSlots=3"}));
  // Without one nothing of it is written.
  const auto plain = plan_of(settings_of(node, "'default_queue':'misc'"), rows[1].properties);
  CHECK(plain.spec.queue_policy.empty());
  CHECK(plain.spec.queue_requested.empty());
  CHECK(has_in_order(plain.command, {"-yD", "yarn.application.queue=prod"}));
}

TEST_CASE("a job with the changelog is restored so that its restore points stay (INV-2)") {
  const node node;
  const settings settings = settings_of(node);
  const std::string properties =
      "{'component_main_jar':'app.jar','component_flink_configuration':{'state.changelog.enabled':"
      "'true'}}";
  CHECK(plan_of(settings, properties).spec.claim_mode == "legacy");
  CHECK(plan_of(settings, "{'component_main_jar':'app.jar'}").spec.claim_mode.empty());
  // Where Flink cannot do that, no component is made whose restarts fail for ever.
  const auto document = json(properties);
  const auto flink = *dm::flink::parse_version("2.3.0");
  const auto reading =
      read_descriptor(read_properties(document), name, flink, references::complete);
  REQUIRE_FALSE(reading.failure(name));
  const auto plan =
      plan_component(settings, name, "package-1.0.0", reading.descriptor, flink, nobody);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == dm::status_code::invalid_argument);
  REQUIRE(plan.error().details.size() == 1);
  CHECK(plan.error().details[0].path == "$.configuration");
}

TEST_CASE("the job's archive is kept, and the guard knows where") {
  const node node;
  const std::string jar = "'component_main_jar':'app.jar'";
  const auto plain = plan_of(settings_of(node), "{" + jar + "}");
  CHECK(has_in_order(
      plain.command,
      {"-yD", "jobmanager.archive.fs.dir=hdfs:///pnda/flink/prod/app/stream/archive"}));
  CHECK(plain.spec.archive_directory == "/pnda/flink/prod/app/stream/archive");
  const auto shared = plan_of(settings_of(node, "'history_archive_dir':'hdfs://nn:8020/completed'"),
                              "{" + jar + "}");
  CHECK(shared.spec.archive_directory == "/completed");
  const auto own = plan_of(
      settings_of(node),
      "{" + jar +
          ",'component_flink_configuration':{'jobmanager.archive.fs.dir':'hdfs:///mine/'}}");
  CHECK(own.spec.archive_directory == "/mine");
  const auto elsewhere = plan_of(
      settings_of(node),
      "{" + jar + ",'component_flink_configuration':{'jobmanager.archive.fs.dir':'s3://b/x'}}");
  CHECK(elsewhere.spec.archive_directory.empty());
}

TEST_CASE(
    "checkpoints of a streaming job that may resume are retained, unless the user says otherwise") {
  const node node;
  const std::string key = "execution.checkpointing.externalized-checkpoint-retention=";
  const auto retention = [&](const std::string& more, const std::string& setting = {},
                             const char* version = "1.20.5") {
    const auto plan = plan_of(settings_of(node, setting),
                              "{'component_main_jar':'app.jar'" + more + "}", version);
    words found;
    for (const std::string& word : plan.command) {
      if (word.starts_with(key)) found.push_back(word.substr(key.size()));
      CHECK(word.find("checkpointing.interval") == std::string::npos);
    }
    return found;
  };
  const words retained{"RETAIN_ON_CANCELLATION"};
  for (const char* version : {"1.13.6", "1.20.5", "2.3.0"})
    CHECK(retention("", "", version) == retained);
  CHECK(retention(",'component_flink_state':'required'") == retained);
  CHECK(retention(",'component_flink_state':'none'").empty());
  CHECK(
      retention(",'component_flink_job_type':'batch','component_flink_state':'optional'").empty());
  const std::string chosen =
      "{'execution.checkpointing.externalized-checkpoint-retention':'DELETE_ON_CANCELLATION'}";
  const words deleted{"DELETE_ON_CANCELLATION"};
  CHECK(retention(",'component_flink_configuration':" + chosen) == deleted);
  CHECK(retention("", "'flink_configuration':" + chosen) == deleted);
}

TEST_CASE("the guard knows what a start may do with state") {
  const node node;
  using dm::component::state_policy;
  const auto policy = [&](const std::string& more) {
    return plan_of(settings_of(node), "{'component_main_jar':'app.jar'" + more + "}").spec.state;
  };
  CHECK(policy("") == state_policy::optional);
  CHECK(policy(",'component_flink_state':'required'") == state_policy::required);
  CHECK(policy(",'component_flink_job_type':'batch'") == state_policy::none);
}

TEST_CASE("a Python program runs with absolute paths") {
  const node node;
  const auto plan = plan_of(settings_of(node),
                            "{'component_main_py':'job.py','component_py_files':'a.py,lib',"
                            "'component_flink_python_executable':'/v/bin/python',"
                            "'component_flink_python_client_executable':'/v/bin/python'}");
  const std::string package = node.install_root() + "/prod/app/stream/package";
  CHECK(has_in_order(plan.command, {"-py", package + "/job.py"}));
  CHECK(has_in_order(plan.command, {"-pyfs", package + "/a.py," + package + "/lib"}));
  CHECK(has_in_order(plan.command, {"-pyexec", "/v/bin/python"}));
  CHECK(has_in_order(plan.command, {"-pyclientexec", "/v/bin/python"}));
}

TEST_CASE("the client's environment is whole: the account, the node's, the component's") {
  const node node;
  const auto plan = plan_of(settings_of(node),
                            "{'component_main_jar':'app.jar','component_flink_environment':"
                            "{'HADOOP_CLASSPATH':'/own','JVM_ARGS':'-Xmx1g'}}");
  CHECK(environment_value(plan, "HOME") == "/nonexistent");
  CHECK(environment_value(plan, "USER") == "nobody");
  CHECK(environment_value(plan, "PATH") == "/usr/local/bin:/usr/bin:/bin");
  CHECK(environment_value(plan, "JVM_ARGS") ==
        "-XX:+IgnoreUnrecognizedVMOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "
        "-XX:-UsePerfData -Xms32m -Xmx1g");
  CHECK(environment_value(plan, "HADOOP_CLASSPATH").ends_with("/classpath:/own"));
}

TEST_CASE("the specification is one that a guard reads") {
  const node node;
  auto plan = plan_of(settings_of(node),
                      "{'component_main_jar':'app.jar','component_flink_tags':'a,b','component_"
                      "respawn_type':'no'}");
  plan.spec.digest = "d";
  const auto read = dm::component::read_guard_spec(dm::component::to_json(plan.spec));
  if (!read) FAIL(read.error().text());
  CHECK(read->name == name);
  CHECK(read->node == "edge1");
  CHECK(read->flink_version == "1.20.5");
  CHECK(read->user_tags == words{"a", "b"});
  CHECK(read->respawn == dm::component::respawn::never);
  CHECK(read->job_name == "app-stream-job");
  CHECK(read->slots_directory == node.install_root() + "/prod/.slots");
}

TEST_CASE("the digest is that of package, properties and command, without secrets") {
  const node node;
  const settings settings = settings_of(node);
  const auto digest = [&](const std::string& properties,
                          const package_listing& files = {{{"a.jar", 1, "x"}}, {}}) {
    const auto document = json(properties);
    return digest_of(plan_of(settings, properties), files, read_properties(document));
  };
  const std::string base = digest("{'component_main_jar':'app.jar','component_x':'1'}");
  CHECK(base.size() == 64);
  CHECK(digest("{'component_x':'1','component_main_jar':'app.jar'}") ==
        base);  // their order is the host's business
  CHECK(
      digest("{'component_main_jar':'app.jar','component_x':'1','environment_my_password':'a'}") ==
      base);
  CHECK(digest("{'component_main_jar':'app.jar','component_x':'2'}") != base);
  CHECK(digest("{'component_main_jar':'app.jar'}") != base);
  const std::string properties = "{'component_main_jar':'app.jar','component_x':'1'}";
  CHECK(digest(properties, {{{"a.jar", 1, "y"}}, {}}) != base);
  CHECK(digest(properties, {{{"b.jar", 1, "x"}}, {}}) != base);
  CHECK(digest(properties, {{{"a.jar", 1, "x"}, {"c", 0, ""}}, {}}) != base);
}

TEST_CASE("names as long and odd as the rules allow make a plan (D-44)") {
  const node node;
  const component_name longest{std::string(62, 'n') + "_", "_" + std::string(98, 'A') + "-",
                               std::string(99, 'c') + "-"};
  REQUIRE(dm::component::check_name(longest).empty());
  const auto document = json("{'component_main_jar':'app.jar'}");
  const auto reading =
      read_descriptor(read_properties(document), longest, installed, references::complete);
  REQUIRE_FALSE(reading.failure(longest));
  const auto plan =
      plan_component(settings_of(node), longest, "p-1.0.0", reading.descriptor, installed, nobody);
  if (!plan) FAIL(plan.error().text());
  CHECK(dm::supervisor::render_program_file(plan->program));
  // A file's name has at most 255 bytes.
  const std::string file = layout_of(settings_of(node), longest).program_file;
  CHECK(file.substr(file.rfind('/') + 1).size() <= 255);
}
