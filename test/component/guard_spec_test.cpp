// guard.json: to JSON and back, and all that is wrong with one at once.
// SPDX-License-Identifier: Apache-2.0
#include "component/guard_spec.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "io/json.h"

using namespace dm::component;
using dm::status_code;

namespace {

guard_spec full() {
  guard_spec spec;
  spec.name = {"prod", "App-1", "Job_2"};
  spec.node = "edge1.example.com";
  spec.user = "pnda";
  spec.digest = "0123abcd";
  spec.resource_managers = {"http://rm1:8088", "http://rm2:8088"};
  spec.name_nodes = {"http://nn1:9870"};
  spec.history_server = "http://hs:8082";
  spec.state_root = "/pnda/flink";
  spec.archive_directory = "hdfs://ns/archive";
  spec.work_directory = "/opt/prod/App-1/Job_2/work";
  spec.log_directory = "/opt/prod/App-1/Job_2/logs";
  spec.slots_directory = "/opt/prod/.slots";
  spec.submission_slots = 7;
  spec.queue_policy = "/etc/deployment-manager/queue-map";
  spec.queue_requested = "prod";
  spec.queue_default = "root.misc";
  spec.flink_version = "1.20.5";
  spec.flink_libraries_root = "/pnda/flink-libraries";
  spec.class_data = true;
  spec.flink_home = "/opt/flink";
  spec.submission = dm::flink::submission_mode::attached;
  spec.submission_auto = true;
  spec.job_type = job_type::batch;
  spec.state = state_policy::required;
  spec.respawn = respawn::on_failure;
  spec.respawn_delay_ms = 1500;
  spec.restart_attempts = 0;
  spec.restart_window_ms = 1000;
  spec.follow_interval_ms = 100;
  spec.claim_mode = "legacy";
  spec.checkpoint_retention_runs = 5;
  spec.submission_timeout_ms = 60'000;
  spec.retry_after_give_up_ms = 3'600'000;
  spec.incident_retention_count = 3;
  spec.incident_retention_age_ms = 0;
  spec.job_name = "name with \"quotes\" and \xE2\x82\xAC";
  spec.user_tags = {"team-a", "x"};
  spec.environment = {{"JAVA_HOME", "/usr/lib/jvm/java"}, {"HADOOP_CLASSPATH", "/a:/b"}};
  return spec;
}

// The JSON with one member's value replaced.
std::string with(const std::string& member, const std::string& value) {
  const std::string text = to_json(full());
  const std::string key = "\"" + member + "\": ";
  const auto at = text.find(key);
  REQUIRE(at != std::string::npos);
  const auto end = text.find("\n  \"", at);
  return text.substr(0, at + key.size()) + value +
         (end == std::string::npos ? "\n}" : "," + text.substr(end));
}

std::vector<std::string> paths_of(const dm::error& e) {
  std::vector<std::string> paths;
  for (const dm::problem& problem : e.details) paths.push_back(problem.path);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

TEST_CASE("guard.json comes back as it was written") {
  const guard_spec spec = full();
  const auto read = read_guard_spec(to_json(spec));
  if (!read) FAIL(read.error().text());
  CHECK(read->name == spec.name);
  CHECK(read->node == spec.node);
  CHECK(read->user == spec.user);
  CHECK(read->digest == spec.digest);
  CHECK(read->resource_managers == spec.resource_managers);
  CHECK(read->name_nodes == spec.name_nodes);
  CHECK(read->history_server == spec.history_server);
  CHECK(read->submission_timeout_ms == spec.submission_timeout_ms);
  CHECK(read->retry_after_give_up_ms == spec.retry_after_give_up_ms);
  CHECK(read->incident_retention_count == 3);
  CHECK(read->incident_retention_age_ms == 0);
  CHECK(read->state_root == spec.state_root);
  CHECK(read->archive_directory == spec.archive_directory);
  CHECK(read->work_directory == spec.work_directory);
  CHECK(read->log_directory == spec.log_directory);
  CHECK(read->slots_directory == spec.slots_directory);
  CHECK(read->submission_slots == 7);
  CHECK(read->flink_version == spec.flink_version);
  CHECK(read->flink_libraries_root == spec.flink_libraries_root);
  CHECK(read->class_data);
  CHECK(read->flink_home == spec.flink_home);
  CHECK(read->submission == spec.submission);
  CHECK(read->job_type == spec.job_type);
  CHECK(read->state == state_policy::required);
  CHECK(read->respawn == spec.respawn);
  CHECK(read->respawn_delay_ms == 1500);
  CHECK(read->restart_attempts == 0);
  CHECK(read->restart_window_ms == 1000);
  CHECK(read->follow_interval_ms == 100);
  CHECK(read->claim_mode == "legacy");
  CHECK(read->checkpoint_retention_runs == 5);
  CHECK(read->job_name == spec.job_name);
  CHECK(read->user_tags == spec.user_tags);
  CHECK(read->environment == spec.environment);
  CHECK(to_json(*read) == to_json(spec));
}

TEST_CASE("people can read the file: one member a line") {
  const std::string text = to_json(full());
  CHECK(text.find("\n  \"node\": \"edge1.example.com\",\n") != std::string::npos);
  CHECK(text.ends_with("}\n"));
}

TEST_CASE("what may be absent has a default") {
  guard_spec spec = full();
  spec.history_server.clear();
  spec.archive_directory.clear();
  spec.user_tags.clear();
  spec.environment.clear();
  const auto read = read_guard_spec(to_json(spec));
  REQUIRE(read);
  CHECK(read->history_server.empty());
  CHECK(read->environment.empty());
}

TEST_CASE("all that is wrong is reported at once, with path and what is allowed") {
  const auto read = read_guard_spec(R"({"schema":1})");
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::invalid_argument);
  const auto paths = paths_of(read.error());
  for (const std::string member :
       {"$.namespace", "$.application", "$.component", "$.node", "$.user", "$.digest",
        "$.state_root", "$.work_directory", "$.log_directory", "$.slots_directory",
        "$.flink_version", "$.submission", "$.job_type", "$.respawn", "$.job_name",
        "$.resource_managers", "$.name_nodes"}) {
    CAPTURE(member);
    CHECK(std::find(paths.begin(), paths.end(), member) != paths.end());
    CHECK(read.error().message.find(member) != std::string::npos);
  }
  CHECK(read.error().hint.find("create") != std::string::npos);
}

TEST_CASE("one wrong member is one problem") {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"namespace", "\"Prod\""},
      {"component", "\"a/b\""},
      {"node", "\"\""},
      {"user", "17"},
      {"submission", "\"per_job\""},
      {"job_type", "\"stream\""},
      {"respawn", "\"sometimes\""},
      {"state", "\"maybe\""},
      {"state", "true"},
      {"submission_slots", "0"},
      {"submission_slots", "1025"},
      {"submission_slots", "\"4\""},
      {"restart_attempts", "-1"},
      {"restart_window_ms", "1"},
      {"respawn_delay_ms", "1e3"},
      {"follow_interval_ms", "1"},
      {"checkpoint_retention_runs", "-1"},
      {"resource_managers", "[]"},
      {"name_nodes", "[]"},
      {"user_tags", "[1]"},
      {"user_tags", "\"a\""},
      {"flink_libraries_root", "17"},
      {"flink_home", "[]"},
      {"queue_policy", "true"},
      {"class_data", "\"on\""},
      {"submission_auto", "1"},
      {"claim_mode", "0"},
      {"environment", "[]"},
      {"environment", "{\"A\": 1}"}};
  for (const auto& [member, value] : wrong) {
    CAPTURE(member, value);
    const auto read = read_guard_spec(with(member, value));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == status_code::invalid_argument);
    const auto paths = paths_of(read.error());
    REQUIRE_FALSE(paths.empty());
    CHECK(std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
      return path == "$." + member || path.starts_with("$." + member + ".");
    }));
  }
}

TEST_CASE("a guard.json of another schema is refused with what to use (D-43)") {
  for (const std::string schema : {"2", "0", "\"1\""}) {
    const auto read = read_guard_spec(with("schema", schema));
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("schema") != std::string::npos);
    CHECK(read.error().hint.find("flink-guard") != std::string::npos);
  }
  for (const std::string text : {"", "{", "[]", "null", "7"}) CHECK_FALSE(read_guard_spec(text));
}

TEST_CASE("a guard.json from before there was a state policy has the job type's default (D-43)") {
  for (const job_type type : {job_type::streaming, job_type::batch}) {
    guard_spec spec = full();
    spec.job_type = type;
    std::string text = to_json(spec);
    const std::string line = "  \"state\": \"required\",\n";
    REQUIRE(text.find(line) != std::string::npos);
    text.erase(text.find(line), line.size());
    const auto read = read_guard_spec(text);
    if (!read) FAIL(read.error().text());
    CHECK(read->state == (type == job_type::batch ? state_policy::none : state_policy::optional));
  }
}

TEST_CASE("a guard.json from before there were queue policies asks none (D-43)") {
  guard_spec before = full();
  before.queue_policy.clear();
  before.queue_requested.clear();
  before.queue_default.clear();
  CHECK(to_json(before).find("queue") == std::string::npos);
  const auto read = read_guard_spec(to_json(before));
  REQUIRE(read);
  CHECK(read->queue_policy.empty());
  CHECK(read->queue_requested.empty());
}

TEST_CASE("a queue in guard.json that would be another argument is refused (INV-8)") {
  for (const char* member : {"queue_requested", "queue_default"}) {
    const auto read = read_guard_spec(with(member, "\"--map=/tmp/mine\""));
    REQUIRE_FALSE(read);
    CHECK(paths_of(read.error()) == std::vector<std::string>{std::string("$.") + member});
  }
}

TEST_CASE("a guard.json from before there were schedules has none (D-43)") {
  CHECK(to_json(full()).find("oozie") == std::string::npos);
  CHECK_FALSE(read_guard_spec(to_json(full()))->oozie);
  CHECK_FALSE(read_guard_spec(with("incident_retention_age_ms", "0,\"oozie\":null"))->oozie);
}

TEST_CASE("a schedule in guard.json comes back as it was written") {
  guard_spec spec = full();
  spec.oozie.emplace();
  spec.oozie->url = "http://oozie:11000/oozie";
  spec.oozie->schedule.minutes = 1440;
  spec.oozie->schedule.timezone = "Europe/Berlin";
  spec.oozie->schedule.end = "2027-01-31T06:00Z";
  spec.oozie->schedule.action = dm::oozie::action_kind::shell;
  const auto read = read_guard_spec(to_json(spec));
  if (!read) FAIL(read.error().text());
  REQUIRE(read->oozie);
  CHECK(read->oozie->url == spec.oozie->url);
  CHECK(read->oozie->schedule == spec.oozie->schedule);
  CHECK(to_json(*read) == to_json(spec));
}

TEST_CASE("a schedule in guard.json that is none is told with all that is wrong with it") {
  const auto wrong = [](const std::string& oozie) {
    const auto read = read_guard_spec(with("incident_retention_age_ms", "0,\"oozie\":" + oozie));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == status_code::invalid_argument);
    return paths_of(read.error());
  };
  using paths = std::vector<std::string>;
  CHECK(wrong("{}") == paths{"$.oozie.schedule", "$.oozie.url"});
  CHECK(wrong("7") == paths{"$.oozie.schedule", "$.oozie.url"});
  CHECK(wrong(R"({"url":7,"schedule":{"frequency":60}})") == paths{"$.oozie.url"});
  CHECK(wrong(R"({"url":"http://o/oozie","schedule":{"frequency":0,"more":1}})") ==
        paths{"$.oozie.schedule.frequency", "$.oozie.schedule.more"});
  CHECK(wrong(R"({"url":"http://o/oozie","schedule":"daily"})") == paths{"$.oozie.schedule"});
}

TEST_CASE("every prefix of guard.json is refused") {
  const std::string whole = to_json(full());
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    CHECK_FALSE(read_guard_spec(whole.substr(0, length)));
  }
}

TEST_CASE("respawn types of the original (D-4)") {
  CHECK(parse_respawn("no") == respawn::never);
  CHECK(parse_respawn("on-success") == respawn::never);
  CHECK(parse_respawn("always") == respawn::always);
  for (const char* text : {"on-failure", "on-abnormal", "on-abort", "on-watchdog"})
    CHECK(parse_respawn(text) == respawn::on_failure);
  CHECK(parse_respawn("Always").error().code == status_code::invalid_argument);
  CHECK(parse_respawn("").error().message.find("on-watchdog") != std::string::npos);
  for (const respawn value : {respawn::never, respawn::always, respawn::on_failure})
    CHECK(parse_respawn(to_string(value)) == value);
  for (const job_type value : {job_type::streaming, job_type::batch})
    CHECK(parse_job_type(to_string(value)) == value);
  CHECK_FALSE(parse_job_type("stream"));
}

TEST_CASE("state policies by their words") {
  for (const state_policy value :
       {state_policy::required, state_policy::optional, state_policy::none})
    CHECK(parse_state_policy(to_string(value)) == value);
  CHECK(parse_state_policy("Required").error().code == status_code::invalid_argument);
  CHECK(parse_state_policy("").error().message.find("required, optional or none") !=
        std::string::npos);
}

TEST_CASE("a program's arguments come back byte for byte; without them the command's count") {
  guard_spec spec = full();
  CHECK_FALSE(read_guard_spec(to_json(spec))->arguments);
  spec.arguments = std::vector<std::string>{};
  CHECK(read_guard_spec(to_json(spec))->arguments == std::vector<std::string>{});
  spec.arguments = {"", "a\nb\t\"c\" # \\ $HOME", "\xC3\xBC", std::string(60'000, 'x')};
  spec.submission = dm::flink::submission_mode::direct;
  const auto read = read_guard_spec(to_json(spec));
  REQUIRE(read);
  CHECK(read->arguments == spec.arguments);
  CHECK(read->submission == dm::flink::submission_mode::direct);
}

TEST_CASE("why a component is not submitted directly comes back") {
  guard_spec spec = full();
  CHECK(read_guard_spec(to_json(spec))->submission_reason.empty());
  spec.submission_reason = "yarn.ship-archives is set";
  CHECK(read_guard_spec(to_json(spec))->submission_reason == spec.submission_reason);
}
