// The descriptor: what is read from good properties, and what is said of bad ones.
#include "package/descriptor.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::component::component_name;
using dm::component::job_type;
using dm::component::respawn;
using dm::component::state_policy;
using dm::flink::submission_mode;
using dm::test::json;

namespace {

const component_name name{"prod", "app", "stream"};

dm::flink::version version(const char* text) { return *dm::flink::parse_version(text); }

// Reads the properties of a JSON object; the descriptor itself does not keep what it was read from.
descriptor_reading read(const std::string& properties, const char* installed = "1.20.5",
                        references references = references::complete) {
  const auto document = json(properties);
  return read_descriptor(read_properties(document), name, version(installed), references);
}

bool mentions(const dm::problem_list& problems, std::string_view path) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const dm::problem& p) { return p.path == path; });
}

std::string all_of(const dm::problem_list& problems) {
  std::string text;
  for (const auto& p : problems) text += p.path + ": " + p.found + " | " + p.allowed + "\n";
  return text;
}

const std::string java = "'component_main_jar':'app.jar'";

}  // namespace

TEST_CASE("the smallest descriptor has the documented defaults") {
  const auto reading = read("{" + java + "}");
  INFO(all_of(reading.problems));
  REQUIRE_FALSE(reading.failure(name));
  const descriptor& d = reading.descriptor;
  CHECK(d.main_jar == "app.jar");
  CHECK(d.job_name == "app-stream-job");
  CHECK(d.submission == submission_mode::per_job);
  CHECK(d.job_type == job_type::streaming);
  CHECK(d.respawn == respawn::always);
  CHECK(d.respawn_delay_ms == 2'000);
  CHECK(d.state == state_policy::optional);
  CHECK(d.retention.count == 0);
  CHECK(d.retention.age_ms == 0);
  CHECK(d.retention.size_bytes == 0);
  CHECK(d.restart_attempts == 3);
  CHECK(d.provided_libraries);
  CHECK(d.checkpoint_retention_runs == 2);
  CHECK(d.incident_retention_count == 20);
  CHECK(d.incident_retention_age_ms == 2'592'000'000);
  CHECK(d.restart_window_ms == 600'000);
  CHECK(d.generates_properties);
  CHECK_FALSE(d.python());
}

TEST_CASE("every property is read") {
  const auto reading = read(
      "{'component_main_jar':'lib/my-app_1.0.jar','component_main_class':'com.example.Job$Inner',"
      "'component_application_args':'--rate 10 \\\"two words\\\" "
      "--x=y','component_flink_version':'1.20',"
      "'component_flink_job_type':'batch','component_respawn_type':'on-failure','component_respawn_"
      "timeout_sec':'7',"
      "'component_flink_parallelism':4,'component_flink_slots':'2','component_flink_jobmanager_"
      "memory':'1 gb',"
      "'component_flink_taskmanager_memory':2048,'component_flink_queue':'root.fast',"
      "'component_flink_configuration':{'pipeline.object-reuse':true,'state.backend.type':'rocksdb'"
      ",'x.y':5},"
      "'component_flink_environment':{'JAVA_HOME':'/usr/lib/jvm/"
      "17','N':1},'component_flink_tags':'a, B ,a',"
      "'component_flink_restart_attempts':0,'component_flink_checkpoint_retention_runs':7,'"
      "component_flink_libraries':'local','"
      "component_flink_incident_retention_count':0,"
      "'component_flink_incident_retention_age_sec':60,'"
      "component_flink_restart_window_sec':60,'component_"
      "flink_state':'optional','component_flink_savepoint_retention_count':5,"
      "'component_flink_savepoint_retention_age_sec':'86400','component_flink_savepoint_retention_"
      "bytes':'10 gb',"
      "'component_job_name':'my "
      "job','component_no_auto_props':false,'component_flink_submission':'application'}");
  INFO(all_of(reading.problems));
  REQUIRE_FALSE(reading.failure(name));
  const descriptor& d = reading.descriptor;
  CHECK(d.main_jar == "lib/my-app_1.0.jar");
  CHECK(d.main_class == "com.example.Job$Inner");
  CHECK(d.arguments == std::vector<std::string>{"--rate", "10", "two words", "--x=y"});
  CHECK(d.wanted_version == "1.20");
  CHECK(d.job_type == job_type::batch);
  CHECK(d.respawn == respawn::on_failure);
  CHECK(d.respawn_delay_ms == 7'000);
  CHECK(d.parallelism == 4);
  CHECK(d.slots == 2);
  CHECK(d.jobmanager_memory_bytes == std::int64_t{1} << 30);
  CHECK(d.taskmanager_memory_bytes == std::int64_t{2048} << 20);
  CHECK(d.queue == "root.fast");
  CHECK(d.configuration ==
        std::vector<std::pair<std::string, std::string>>{
            {"pipeline.object-reuse", "true"}, {"state.backend.type", "rocksdb"}, {"x.y", "5"}});
  CHECK(d.environment == std::vector<std::pair<std::string, std::string>>{
                             {"JAVA_HOME", "/usr/lib/jvm/17"}, {"N", "1"}});
  CHECK(d.tags == std::vector<std::string>{"a", "B"});
  CHECK(d.state == state_policy::optional);
  CHECK(d.retention.count == 5);
  CHECK(d.retention.age_ms == 86'400'000);
  CHECK(d.retention.size_bytes == std::int64_t{10} << 30);
  CHECK(d.restart_attempts == 0);
  CHECK_FALSE(d.provided_libraries);
  CHECK(d.checkpoint_retention_runs == 7);
  CHECK(d.incident_retention_count == 0);
  CHECK(d.incident_retention_age_ms == 60'000);
  CHECK(d.restart_window_ms == 60'000);
  CHECK(d.job_name == "my job");
  CHECK_FALSE(d.generates_properties);  // its presence counts, not its value
  CHECK(d.submission == submission_mode::application);
}

TEST_CASE("a Python program is read with its files and interpreters") {
  const auto reading = read(
      "{'component_main_py':'job.py','component_py_files':['a.py','lib/b.zip'],"
      "'component_flink_python_executable':'venv.zip/venv/bin/python',"
      "'component_flink_python_client_executable':'/opt/venv/bin/python'}");
  INFO(all_of(reading.problems));
  REQUIRE_FALSE(reading.failure(name));
  CHECK(reading.descriptor.python());
  CHECK(reading.descriptor.python_files == std::vector<std::string>{"a.py", "lib/b.zip"});
  CHECK(reading.descriptor.python_client_executable == "/opt/venv/bin/python");
}

TEST_CASE("values that the original left empty are absent, and null is absent") {
  const auto reading = read(
      "{" + java +
      ",'component_py_files':'','component_application_args':'','component_flink_config_args':'',"
      "'component_main_class':null,'component_flink_tags':''}");
  INFO(all_of(reading.problems));
  CHECK_FALSE(reading.failure(name));
}

TEST_CASE("arguments as a JSON list are taken as they are") {
  const auto reading =
      read("{" + java + ",'component_application_args':['a b','',3,true,'it\\u0027s']}");
  INFO(all_of(reading.problems));
  REQUIRE_FALSE(reading.failure(name));
  CHECK(reading.descriptor.arguments == std::vector<std::string>{"a b", "", "3", "true", "it's"});
}

TEST_CASE("an argument that looks like a secret is named, without it (INV-7)") {
  const auto reading =
      read("{" + java + ",'component_application_args':'--rate 10 --db.password hunter2'}");
  CHECK(reading.problems.empty());
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings[0].path == "$.properties.component_application_args");
  CHECK(reading.warnings[0].message.find("hunter2") == std::string::npos);
  CHECK(read("{" + java + ",'component_application_args':'--rate 10'}").warnings.empty());
  const auto refused = read("{" + java + ",'component_application_args':['--token=hunter2\\n']}");
  REQUIRE(refused.problems.size() == 1);
  CHECK(refused.problems[0].found.find("hunter2") == std::string::npos);
  CHECK(refused.problems[0].allowed.find("into a file") != std::string::npos);
}

TEST_CASE("limits of arguments are named") {
  const auto limit = [&](const std::string& value) {
    const auto reading = read("{" + java + ",'component_application_args':" + value + "}");
    REQUIRE(reading.problems.size() == 1);
    return reading.problems[0].allowed;
  };
  CHECK(limit("['" + std::string(66'000, 'x') + "']").find("65536 bytes") != std::string::npos);
  std::string many = "'";
  for (int i = 0; i < 1'001; ++i) many += "x ";
  CHECK(limit(many + "'").find("1000 arguments") != std::string::npos);
}

TEST_CASE("references in values are replaced once, and add no argument") {
  const auto reading =
      read("{'environment_zk':'a:1 --evil','component_x':'${environment_zk}'," + java +
           ",'component_application_args':'--zk ${environment_zk} --x $component_x --cost $$5 --re "
           "^a$'}");
  INFO(all_of(reading.problems));
  REQUIRE_FALSE(reading.failure(name));
  CHECK(reading.descriptor.arguments == std::vector<std::string>{"--zk", "a:1 --evil", "--x",
                                                                 "${environment_zk}", "--cost",
                                                                 "$5", "--re", "^a$"});
}

TEST_CASE("from Flink 2.0 on a program is submitted as an application when nobody says how") {
  CHECK(read("{" + java + "}", "2.0.2").descriptor.submission == submission_mode::application);
  CHECK_FALSE(read("{" + java + "}", "2.0.2").failure(name));
  const auto refused = read("{" + java + ",'component_flink_submission':'per-job'}", "2.0.2");
  REQUIRE(mentions(refused.problems, "$.properties.component_flink_submission"));
  CHECK(all_of(refused.problems).find("application") != std::string::npos);
}

TEST_CASE("respawn types of the original are read as documented (D-4)") {
  const auto with = [](const std::string& type) {
    return read("{" + java + ",'component_respawn_type':'" + type + "'}").descriptor.respawn;
  };
  CHECK(with("no") == respawn::never);
  CHECK(with("on-success") == respawn::never);
  CHECK(with("always") == respawn::always);
  for (const char* type : {"on-failure", "on-abnormal", "on-abort", "on-watchdog"})
    CHECK(with(type) == respawn::on_failure);
  CHECK_FALSE(read("{" + java + ",'component_respawn_type':'on-success'}").warnings.empty());
  CHECK(read("{" + java + ",'component_flink_job_type':'batch'}").descriptor.respawn ==
        respawn::never);
  // A pause of zero would not grow by doubling.
  CHECK(read("{" + java + ",'component_respawn_timeout_sec':0}").descriptor.respawn_delay_ms ==
        1'000);
}

TEST_CASE("a streaming component's state may be required, a batch component's may not (INV-2)") {
  const auto policy = [](const std::string& more) {
    const auto reading = read("{" + java + more + "}");
    INFO(all_of(reading.problems));
    REQUIRE_FALSE(reading.failure(name));
    return reading.descriptor.state;
  };
  CHECK(policy(",'component_flink_state':'required'") == state_policy::required);
  CHECK(policy(",'component_flink_state':'none'") == state_policy::none);
  CHECK(policy(",'component_flink_state':'required','component_flink_submission':'attached'") ==
        state_policy::required);
  CHECK(policy(",'component_flink_job_type':'batch'") == state_policy::none);
  CHECK(policy(",'component_flink_job_type':'batch','component_flink_state':'optional'") ==
        state_policy::optional);
  const auto refused =
      read("{" + java + ",'component_flink_job_type':'batch','component_flink_state':'required'}")
          .failure(name);
  REQUIRE(refused);
  CHECK(refused->code == dm::status_code::invalid_argument);
  REQUIRE(refused->details.size() == 1);
  CHECK(refused->details.front().path == "$.properties.component_flink_state");
  CHECK(refused->details.front().allowed.find("no checkpoints") != std::string::npos);
}

TEST_CASE("a schedule of a batch job, as an object or as a text that is one") {
  const std::string batch = java + ",'component_flink_job_type':'batch'";
  CHECK_FALSE(read("{" + batch + "}").descriptor.schedule);
  CHECK_FALSE(read("{" + batch + ",'component_flink_schedule':null}").descriptor.schedule);
  for (const char* given : {"{'frequency':1440,'timezone':'Europe/Berlin'}",
                            "'{\\\"frequency\\\":1440,\\\"timezone\\\":\\\"Europe/Berlin\\\"}'"}) {
    const auto reading = read("{" + batch + ",'component_flink_schedule':" + given + "}");
    INFO(all_of(reading.problems));
    REQUIRE_FALSE(reading.failure(name));
    REQUIRE(reading.descriptor.schedule);
    CHECK(reading.descriptor.schedule->minutes == 1440);
    CHECK(reading.descriptor.schedule->timezone == "Europe/Berlin");
  }
}

TEST_CASE("a schedule that cannot be is told with the member that is wrong, all at once") {
  const std::string batch = java + ",'component_flink_job_type':'batch'";
  const auto given = [&](const std::string& schedule, const std::string& more = {}) {
    return read("{" + batch + ",'component_flink_schedule':" + schedule + more + "}");
  };
  const auto several = given("{'frequency':0,'start':'today','concurrency':2,'more':1}");
  for (const char* member : {"frequency", "start", "concurrency", "more"}) {
    INFO(member << "\n" << all_of(several.problems));
    CHECK(
        mentions(several.problems, std::string("$.properties.component_flink_schedule.") + member));
  }
  CHECK(several.problems.count() == 4);
  for (const char* schedule : {"'daily'", "'0 6 * * *'", "60", "[]", "''", "true"}) {
    INFO(schedule);
    CHECK(mentions(given(schedule).problems, "$.properties.component_flink_schedule"));
  }
  CHECK(
      mentions(given("{'frequency':60}", ",'component_flink_retry_after_give_up_sec':60").problems,
               "$.properties.component_flink_retry_after_give_up_sec"));
  CHECK(given("{'frequency':60}", ",'component_flink_retry_after_give_up_sec':0").problems.empty());
  const auto streaming = read("{" + java + ",'component_flink_schedule':{'frequency':60}}");
  CHECK(mentions(streaming.problems, "$.properties.component_flink_schedule"));
  CHECK(all_of(streaming.problems).find("batch") != std::string::npos);
}

TEST_CASE("a schedule that Oozie refuses by default is warned of") {
  const auto reading = read("{" + java +
                            ",'component_flink_job_type':'batch',"
                            "'component_flink_schedule':{'frequency':2}}");
  CHECK_FALSE(reading.failure(name));
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings.front().path == "$.properties.component_flink_schedule.frequency");
}

TEST_CASE("the size of the savepoints to keep is in bytes, or has a unit") {
  const auto bytes = [](const std::string& value) {
    return read("{" + java + ",'component_flink_savepoint_retention_bytes':" + value + "}")
        .descriptor.retention.size_bytes;
  };
  CHECK(bytes("1048577") == 1'048'577);
  CHECK(bytes("'2048'") == 2'048);
  CHECK(bytes("'3k'") == 3'072);
  CHECK(bytes("'1024 tb'") == std::int64_t{1} << 50);
}

TEST_CASE("properties of one's own are no problem, and a likely mistake is a warning") {
  const auto reading =
      read("{" + java + ",'component_kafka_topic':'t','component_main_jat':'x','other':{'a':[1]}}");
  CHECK_FALSE(reading.failure(name));
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings.front().path == "$.properties.component_main_jat");
  CHECK(reading.warnings.front().message.find("component_main_jar") != std::string::npos);
}

TEST_CASE("an attached run says what becomes of it when its client ends") {
  const auto reading = read("{" + java + ",'component_flink_submission':'attached'}");
  CHECK_FALSE(reading.failure(name));
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings.front().path == "$.properties.component_flink_submission");
}

namespace {

struct bad_descriptor {
  const char* what;
  const char* properties;  // with single quotes; %J is a good jar
  const char* path;        // of the problem, below $.properties.
  const char* said;        // in its `found` or `allowed`
};

const bad_descriptor bad[] = {
    {"no program", "{}", "component_main_jar", "main_py"},
    {"class without program (E2)", "{'component_main_class':'a.B'}", "component_main_jar",
     "neither"},
    {"two programs", "{%J,'component_main_py':'a.py'}", "component_main_py", "one of the two"},
    {"empty jar", "{'component_main_jar':''}", "component_main_jar", "(empty)"},
    {"jar above the folder", "{'component_main_jar':'../x.jar'}", "component_main_jar", "relative"},
    {"jar above, in the middle", "{'component_main_jar':'lib/../../x.jar'}", "component_main_jar",
     "relative"},
    {"absolute jar", "{'component_main_jar':'/etc/passwd'}", "component_main_jar", "relative"},
    {"jar like an option", "{'component_main_jar':'-Dx=y'}", "component_main_jar", "hyphen"},
    {"part like an option", "{'component_main_jar':'lib/-x.jar'}", "component_main_jar", "hyphen"},
    {"backslash in the jar", "{'component_main_jar':'lib\\\\x.jar'}", "component_main_jar",
     "relative"},
    {"NUL in the jar", "{'component_main_jar':'x.jar\\u0000.txt'}", "component_main_jar", "\\x00"},
    {"shell in the jar (E12)", "{'component_main_jar':'x.jar; touch /tmp/pwned #'}",
     "component_main_jar", "A-Z"},
    {"command substitution in the jar (E12)", "{'component_main_jar':'$(touch pwned).jar'}",
     "component_main_jar", "A-Z"},
    {"newline in the jar (E9)", "{'component_main_jar':'x.jar\\nUser=root'}", "component_main_jar",
     "\\x0a"},
    {"trailing newline in the jar (E54)", "{'component_main_jar':'x.jar\\n'}", "component_main_jar",
     "\\x0a"},
    {"jar as a number", "{'component_main_jar':5}", "component_main_jar", "a number"},
    {"jar as a list", "{'component_main_jar':['x.jar']}", "component_main_jar", "list"},
    {"double slash", "{'component_main_jar':'lib//x.jar'}", "component_main_jar", "relative"},
    {"overlong jar", "{'component_main_jar':'${component_long}.jar','component_long':'%L'}",
     "component_main_jar", "…"},
    {"class with a blank", "{%J,'component_main_class':'a b'}", "component_main_class",
     "Java class"},
    {"class with a path", "{%J,'component_main_class':'a/B'}", "component_main_class",
     "Java class"},
    {"class with an empty part", "{%J,'component_main_class':'a..B'}", "component_main_class",
     "Java class"},
    {"class beginning with a digit", "{%J,'component_main_class':'a.1B'}", "component_main_class",
     "Java class"},
    {"class like an option", "{%J,'component_main_class':'-d'}", "component_main_class",
     "Java class"},
    {"class with a newline (E9)", "{%J,'component_main_class':'A\\nExecStartPre=x'}",
     "component_main_class", "\\x0a"},
    {"Python program that is none", "{'component_main_py':'job.sh'}", "component_main_py", ".py"},
    {"Python program above", "{'component_main_py':'../job.py'}", "component_main_py", ".py"},
    {"Python file above", "{'component_main_py':'a.py','component_py_files':'b.py,../c.py'}",
     "component_py_files", "../c.py"},
    {"Python file with a hash", "{'component_main_py':'a.py','component_py_files':['b.zip#x']}",
     "component_py_files", "b.zip#x"},
    {"interpreter like an option",
     "{'component_main_py':'a.py','component_flink_python_executable':'-c'}",
     "component_flink_python_executable", "absolute"},
    {"interpreter with arguments",
     "{'component_main_py':'a.py','component_flink_python_client_executable':'/bin/sh -c x'}",
     "component_flink_python_client_executable", "absolute"},
    {"old version of the original", "{%J,'component_flink_version':'1.4'}",
     "component_flink_version", "1.20.5"},
    {"part of a version's number", "{%J,'component_flink_version':'1.2'}",
     "component_flink_version", "1.20.5"},
    {"version as a number", "{%J,'component_flink_version':1.20}", "component_flink_version",
     "a number"},
    {"version with blanks", "{%J,'component_flink_version':'1.20 '}", "component_flink_version",
     "version"},
    {"-yn of the original", "{%J,'component_flink_config_args':'-yn 1'}",
     "component_flink_config_args", "-yn"},
    {"-yst", "{%J,'component_flink_config_args':'-yst'}", "component_flink_config_args", "-yst"},
    {"detached set by hand", "{%J,'component_flink_config_args':'-d'}",
     "component_flink_config_args", "-d"},
    {"another jobmanager", "{%J,'component_flink_config_args':'-m host:1'}",
     "component_flink_config_args", "-m"},
    {"reserved key as an option (D-3)", "{%J,'component_flink_config_args':'-yD yarn.tags=x'}",
     "component_flink_config_args", "component_flink_tags"},
    {"open quote in options", "{%J,'component_flink_config_args':'-yD a=\\\"b'}",
     "component_flink_config_args", "quote"},
    {"placeholder in options", "{%J,'component_flink_config_args':'-yD a=@incarnation@'}",
     "component_flink_config_args", "@incarnation@"},
    {"options by reference",
     "{%J,'component_o':'b -d','component_flink_config_args':'-yD a=${component_o}'}",
     "component_flink_config_args", "one word"},
    {"secret as an option", "{%J,'component_flink_config_args':'-yD s3.secret-key=abc'}",
     "component_flink_config_args", "secret"},
    {"option and property", "{%J,'component_flink_config_args':'-ys 2','component_flink_slots':3}",
     "component_flink_config_args", "component_flink_slots"},
    {"open quote in arguments", "{%J,'component_application_args':'a \\\"b'}",
     "component_application_args", "quote"},
    {"newline in arguments (E9)", "{%J,'component_application_args':'a\\nUser=root'}",
     "component_application_args", "\\x0a"},
    {"newline in an argument (E9)", "{%J,'component_application_args':['a\\nb']}",
     "component_application_args", "\\x0a"},
    {"object as an argument", "{%J,'component_application_args':[{'a':1}]}",
     "component_application_args", "JSON object"},
    {"placeholder as an argument", "{%J,'component_application_args':'x @incarnation@'}",
     "component_application_args", "@incarnation@"},
    {"unknown reference (E34)", "{%J,'component_application_args':'${no_such_name}'}",
     "component_application_args", "no_such_name"},
    {"secret as an argument (E33)",
     "{%J,'environment_hadoop_manager_password':'s3cr3t','component_application_args':'${"
     "environment_hadoop_manager_password}'}",
     "component_application_args", "secret"},
    {"unknown job type", "{%J,'component_flink_job_type':'micro-batch'}",
     "component_flink_job_type", "streaming, batch"},
    {"job type in capitals", "{%J,'component_flink_job_type':'BATCH'}", "component_flink_job_type",
     "streaming, batch"},
    {"unknown respawn type", "{%J,'component_respawn_type':'sometimes'}", "component_respawn_type",
     "on-failure"},
    {"negative pause", "{%J,'component_respawn_timeout_sec':-1}", "component_respawn_timeout_sec",
     "86400"},
    {"pause with a unit", "{%J,'component_respawn_timeout_sec':'2s'}",
     "component_respawn_timeout_sec", "86400"},
    {"unknown place of libraries", "{%J,'component_flink_libraries':'s3'}",
     "component_flink_libraries", "hdfs, local"},
    {"unknown word about class data", "{%J,'component_flink_class_data':'yes'}",
     "component_flink_class_data", "on, off"},
    {"class data for a client's containers", "{%J,'component_flink_class_data':'on'}",
     "component_flink_class_data", "component_flink_submission direct or auto"},
    {"class data of local libraries",
     "{%J,'component_flink_class_data':'on','component_flink_submission':'direct',"
     "'component_flink_libraries':'local'}",
     "component_flink_class_data", "component_flink_libraries hdfs"},
    {"unknown way of submission", "{%J,'component_flink_submission':'session'}",
     "component_flink_submission", "per-job"},
    {"unknown state", "{%J,'component_flink_state':'maybe'}", "component_flink_state", "optional"},
    {"negative retention", "{%J,'component_flink_savepoint_retention_count':-1}",
     "component_flink_savepoint_retention_count", "no limit"},
    {"retention without end", "{%J,'component_flink_savepoint_retention_count':10001}",
     "component_flink_savepoint_retention_count", "10000"},
    {"retention with a unit", "{%J,'component_flink_savepoint_retention_age_sec':'7d'}",
     "component_flink_savepoint_retention_age_sec", "seconds"},
    {"retention of a negative size", "{%J,'component_flink_savepoint_retention_bytes':-1}",
     "component_flink_savepoint_retention_bytes", "bytes"},
    {"retention larger than any cluster",
     "{%J,'component_flink_savepoint_retention_bytes':'1025t'}",
     "component_flink_savepoint_retention_bytes", "1024t"},
    {"no parallelism", "{%J,'component_flink_parallelism':0}", "component_flink_parallelism",
     "32768"},
    {"negative parallelism", "{%J,'component_flink_parallelism':-4}", "component_flink_parallelism",
     "32768"},
    {"too much parallelism", "{%J,'component_flink_parallelism':32769}",
     "component_flink_parallelism", "32768"},
    {"half a parallelism", "{%J,'component_flink_parallelism':1.5}", "component_flink_parallelism",
     "1.5"},
    {"parallelism in words", "{%J,'component_flink_parallelism':'many'}",
     "component_flink_parallelism", "many"},
    {"parallelism beyond all numbers", "{%J,'component_flink_parallelism':'99999999999999999999'}",
     "component_flink_parallelism", "32768"},
    {"boolean parallelism", "{%J,'component_flink_parallelism':true}",
     "component_flink_parallelism", "True"},
    {"empty parallelism", "{%J,'component_flink_parallelism':''}", "component_flink_parallelism",
     "(empty)"},
    {"parallelism with an option", "{%J,'component_flink_parallelism':'1 -d'}",
     "component_flink_parallelism", "1 -d"},
    {"no slots", "{%J,'component_flink_slots':0}", "component_flink_slots", "1024"},
    {"memory in words", "{%J,'component_flink_jobmanager_memory':'plenty'}",
     "component_flink_jobmanager_memory", "64m"},
    {"negative memory", "{%J,'component_flink_taskmanager_memory':'-1g'}",
     "component_flink_taskmanager_memory", "64m"},
    {"unknown unit", "{%J,'component_flink_taskmanager_memory':'4 parsec'}",
     "component_flink_taskmanager_memory", "64m"},
    {"next to no memory", "{%J,'component_flink_taskmanager_memory':'1m'}",
     "component_flink_taskmanager_memory", "64m"},
    {"memory that overflows", "{%J,'component_flink_jobmanager_memory':'9999999999t'}",
     "component_flink_jobmanager_memory", "16t"},
    {"queue with a blank", "{%J,'component_flink_queue':'a b'}", "component_flink_queue",
     "YARN queue"},
    {"queue like an option", "{%J,'component_flink_queue':'-yd'}", "component_flink_queue",
     "hyphen"},
    {"queue with shell (E12)", "{%J,'component_flink_queue':'x;id'}", "component_flink_queue",
     "YARN queue"},
    {"configuration as text", "{%J,'component_flink_configuration':'a=b'}",
     "component_flink_configuration", "JSON object"},
    {"configuration as a list", "{%J,'component_flink_configuration':['a']}",
     "component_flink_configuration", "list"},
    {"reserved key (D-3)", "{%J,'component_flink_configuration':{'yarn.tags':'x'}}",
     "component_flink_configuration.yarn.tags", "component_flink_tags"},
    {"checkpoint directory (D-3)",
     "{%J,'component_flink_configuration':{'state.checkpoints.dir':'hdfs:///x'}}",
     "component_flink_configuration.state.checkpoints.dir", "state_root"},
    {"odd key", "{%J,'component_flink_configuration':{'a b':'x'}}",
     "component_flink_configuration.a b", "Flink key"},
    {"key with an equals sign", "{%J,'component_flink_configuration':{'a=b':'x'}}",
     "component_flink_configuration.a=b", "Flink key"},
    {"nested value", "{%J,'component_flink_configuration':{'a':{'b':1}}}",
     "component_flink_configuration.a", "text"},
    {"newline in a value (E9)", "{%J,'component_flink_configuration':{'a':'b\\nc'}}",
     "component_flink_configuration.a", "control"},
    {"secret key (INV-7)",
     "{%J,'component_flink_configuration':{'security.ssl.rest.key-password':'x'}}",
     "component_flink_configuration.security.ssl.rest.key-password", "secret"},
    {"key and property",
     "{%J,'component_flink_slots':2,'component_flink_configuration':{'taskmanager."
     "numberOfTaskSlots':4}}",
     "component_flink_configuration.taskmanager.numberOfTaskSlots", "one of the two"},
    {"key and option",
     "{%J,'component_flink_config_args':'-yD a.b=1','component_flink_configuration':{'a.b':4}}",
     "component_flink_config_args", "one of the two"},
    {"environment as text", "{%J,'component_flink_environment':'A=b'}",
     "component_flink_environment", "JSON object"},
    {"LD_PRELOAD", "{%J,'component_flink_environment':{'LD_PRELOAD':'/tmp/x.so'}}",
     "component_flink_environment.LD_PRELOAD", "linker"},
    {"LD_LIBRARY_PATH", "{%J,'component_flink_environment':{'LD_LIBRARY_PATH':'/tmp'}}",
     "component_flink_environment.LD_LIBRARY_PATH", "linker"},
    {"PATH", "{%J,'component_flink_environment':{'PATH':'/tmp'}}",
     "component_flink_environment.PATH", "shell"},
    {"BASH_ENV", "{%J,'component_flink_environment':{'BASH_ENV':'/tmp/x'}}",
     "component_flink_environment.BASH_ENV", "shell"},
    {"another account", "{%J,'component_flink_environment':{'HADOOP_USER_NAME':'hdfs'}}",
     "component_flink_environment.HADOOP_USER_NAME", "account"},
    {"variable in small letters", "{%J,'component_flink_environment':{'http_proxy':'x'}}",
     "component_flink_environment.http_proxy", "A-Z"},
    {"variable with an equals sign", "{%J,'component_flink_environment':{'A=B':'x'}}",
     "component_flink_environment.A=B", "A-Z"},
    {"function of a shell", "{%J,'component_flink_environment':{'BASH_FUNC_X':'() { :; }'}}",
     "component_flink_environment.BASH_FUNC_X", "shell"},
    {"secret variable (INV-7)", "{%J,'component_flink_environment':{'DB_PASSWORD':'x'}}",
     "component_flink_environment.DB_PASSWORD", "secret"},
    {"newline in a variable (E9)", "{%J,'component_flink_environment':{'A':'b\\nc'}}",
     "component_flink_environment.A", "control"},
    {"tag of this project", "{%J,'component_flink_tags':'dm-component-0'}", "component_flink_tags",
     "dm-"},
    {"tag of this project in capitals", "{%J,'component_flink_tags':'DM-x'}",
     "component_flink_tags", "dm-"},
    {"too many tags", "{%J,'component_flink_tags':'a,b,c,d,e,f,g,h'}", "component_flink_tags",
     "8 tags"},
    {"tag beyond ASCII", "{%J,'component_flink_tags':'größe'}", "component_flink_tags", "größe"},
    {"tag with a blank", "{%J,'component_flink_tags':['a b']}", "component_flink_tags", "a b"},
    {"negative attempts", "{%J,'component_flink_restart_attempts':-1}",
     "component_flink_restart_attempts", "1000"},
    {"no window", "{%J,'component_flink_restart_window_sec':0}",
     "component_flink_restart_window_sec", "2592000"},
    {"empty job name", "{%J,'component_job_name':''}", "component_job_name", "(empty)"},
    {"job name like an option", "{%J,'component_job_name':'-d'}", "component_job_name", "hyphen"},
    {"newline in the job name (E9)", "{%J,'component_job_name':'a\\n[program:x]'}",
     "component_job_name", "\\x0a"},
    {"line separator in the job name", "{%J,'component_job_name':'a\\u2028b'}",
     "component_job_name", "\\xe2\\x80\\xa8"},
    {"mistyped property", "{%J,'component_flink_paralelism':2}", "component_flink_paralelism",
     "component_flink_parallelism?"},
    {"unknown reserved name", "{%J,'component_flink_zzzzzzzzzzzz':2}",
     "component_flink_zzzzzzzzzzzz", "reserved"},
};

std::string expanded(std::string text) {
  for (const auto& [mark, value] :
       {std::pair<std::string, std::string>{"%J", "'component_main_jar':'app.jar'"},
        {"%L", std::string(600, 'x')}}) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

}  // namespace

TEST_CASE(
    "bad descriptors: each is refused for what is wrong with it, by path, value and what is "
    "allowed") {
  STATIC_REQUIRE(std::size(bad) >= 60);
  for (const bad_descriptor& one : bad) {
    const auto reading = read(expanded(one.properties));
    INFO(one.what << "\n" << all_of(reading.problems));
    const std::string path = std::string("$.properties.") + one.path;
    REQUIRE(mentions(reading.problems, path));
    CHECK(reading.problems.size() == 1);
    for (const auto& p : reading.problems) {
      CHECK_FALSE(p.found.empty());
      CHECK_FALSE(p.allowed.empty());
      CHECK(p.found.size() < 400);
      for (const char c : p.path + p.found + p.allowed)
        CHECK(static_cast<unsigned char>(c) >= 0x20);
    }
    CHECK(all_of(reading.problems).find(one.said) != std::string::npos);
    CHECK(all_of(reading.problems).find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("all problems are told at once") {
  const auto failure =
      read(
          "{'component_main_jar':'../"
          "x','component_flink_parallelism':0,'component_flink_slots':'x',"
          "'component_flink_queue':'a b','component_flink_tags':'dm-x','component_flink_foo':1}")
          .failure(name);
  REQUIRE(failure);
  CHECK(failure->code == dm::status_code::invalid_argument);
  CHECK(failure->details.size() == 6);
  CHECK(failure->message.find("prod/app/stream") != std::string::npos);
  CHECK(failure->component == "prod/app/stream");
}

TEST_CASE("before the host's own properties are known an unknown reference is taken as right") {
  const std::string properties = "{" + java +
                                 ",'component_flink_parallelism':'${component_p}',"
                                 "'component_application_args':'${environment_x} b'}";
  CHECK(read(properties).problems.size() == 2);
  const auto early = read(properties, "1.20.5", references::partial);
  CHECK(early.problems.empty());
  CHECK(early.warnings.size() == 2);
}

TEST_CASE("without an installation what does not depend on its version is checked") {
  const auto document =
      json("{" + java + ",'component_flink_version':'1.4','component_flink_slots':0}");
  const auto reading =
      read_descriptor(read_properties(document), name, std::nullopt, references::complete);
  CHECK(reading.problems.size() == 1);
  CHECK(mentions(reading.problems, "$.properties.component_flink_slots"));
}

TEST_CASE("a direct submission carries arguments with line ends, and nothing with a NUL") {
  const std::string direct = "{" + java + ",'component_flink_submission':'direct',";
  const auto reading = read(direct + "'component_application_args':['a\\nb\\tc','#']}");
  CHECK(reading.problems.empty());
  CHECK(reading.descriptor.arguments == std::vector<std::string>{"a\nb\tc", "#"});
  CHECK(reading.descriptor.submission == submission_mode::direct);
  CHECK_FALSE(reading.descriptor.submission_chosen);
  CHECK(mentions(read(direct + "'component_application_args':['a\\u0000b']}").problems,
                 "$.properties.component_application_args"));
  CHECK(mentions(read("{" + java + ",'component_application_args':['a\\nb']}").problems,
                 "$.properties.component_application_args"));
}

TEST_CASE("a Python program asked for directly is refused, and by auto submitted by its client") {
  const std::string python = "{'component_main_py':'job.py','component_flink_submission':";
  CHECK(mentions(read(python + "'direct'}").problems, "$.properties.component_flink_submission"));
  const auto chosen = read(python + "'auto'}");
  CHECK(chosen.problems.empty());
  CHECK(chosen.descriptor.submission == submission_mode::application);
  CHECK(chosen.descriptor.submission_chosen);
  // Before 1.15 not even that can be.
  CHECK(read(python + "'auto'}", "1.13.6").descriptor.submission == submission_mode::per_job);
}
