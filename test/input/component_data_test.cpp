// The data of a component: there and back, and records of the original plugin.
#include "input/component_data.h"

#include <catch2/catch.hpp>
#include <tuple>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::component::component_name;
using dm::test::json;

namespace {

const component_name name{"prod", "app", "stream"};

component_data sample() {
  component_data data;
  data.name = name;
  data.id = dm::component::component_id(name);
  data.node = "edge1";
  data.user = "pnda";
  data.directory = "/opt/prod/app/stream";
  data.program = "flink.prod.app.stream";
  data.program_file = "/etc/supervisor/conf.d/flink.prod.app.stream.conf";
  data.job_name = "app-stream-job";
  data.digest = std::string(64, 'a');
  data.state_root = "/pnda/flink";
  data.flink_version = "1.20.5";
  data.job_type = dm::component::job_type::batch;
  data.submission = dm::flink::submission_mode::application;
  data.state = dm::component::state_policy::required;
  data.retention = {3, 86'400'000, std::int64_t{5} << 40};
  return data;
}

std::string written(const component_data& data) {
  dm::io::json_buffer buffer;
  dm::io::json_writer writer(buffer);
  write(writer, data);
  return std::string(dm::io::text(buffer));
}

}  // namespace

TEST_CASE("what create returns is read back, also with what the host added to it") {
  std::string text = written(sample());
  text.insert(1, R"("component_name":"stream","component_job_name":"x","descriptors":{},)");
  const auto document = json(text);
  const auto read = read_component_data(document, name);
  if (!read) FAIL(read.error().text());
  CHECK(written(*read) == written(sample()));
  CHECK(read->state == dm::component::state_policy::required);
  CHECK(read->retention.count == 3);
  CHECK(read->retention.age_ms == 86'400'000);
  CHECK(read->retention.size_bytes == std::int64_t{5} << 40);
}

TEST_CASE("data from before there were savepoints has the defaults of its job type (D-43)") {
  using dm::component::job_type;
  for (const job_type type : {job_type::streaming, job_type::batch}) {
    component_data data = sample();
    data.job_type = type;
    auto document = json(written(data));
    document.RemoveMember("state");
    document.RemoveMember("retention");
    const auto read = read_component_data(document, name);
    if (!read) FAIL(read.error().text());
    CHECK(read->state == dm::component::default_state_policy(type));
    CHECK(read->retention.count == 0);
    CHECK(read->retention.age_ms == 0);
    CHECK(read->retention.size_bytes == 0);
  }
}

TEST_CASE("a retention rule or state policy that is none is refused with its path") {
  for (const auto& [from, to, path] :
       {std::tuple{"\"count\":3", "\"count\":-1", "$.data.retention.count"},
        std::tuple{"\"age_ms\":86400000", "\"age_ms\":\"1d\"", "$.data.retention.age_ms"},
        std::tuple{"\"state\":\"required\"", "\"state\":\"must\"", "$.data.state"}}) {
    std::string text = written(sample());
    const std::string_view old(from);
    REQUIRE(text.find(old) != std::string::npos);
    text.replace(text.find(old), old.size(), to);
    const auto read = read_component_data(json(text), name);
    REQUIRE_FALSE(read);
    REQUIRE(read.error().details.size() == 1);
    CHECK(read.error().details.front().path == path);
  }
}

TEST_CASE("data of another component, or damaged data, is refused with all that is wrong") {
  const auto document = json(written(sample()));
  const auto other = read_component_data(document, {"prod", "app", "other"});
  REQUIRE_FALSE(other);
  CHECK(other.error().code == dm::status_code::invalid_argument);
  CHECK(other.error().details.size() == 3);  // component, id, program
  for (const char* text : {"null", "[]", "'x'", "{}", "{'schema':2}", "{'schema':1}"}) {
    INFO(text);
    const auto bad = json(text);
    CHECK_FALSE(read_component_data(bad, name));
  }
  component_data evil = sample();
  evil.directory = "/opt/../etc";
  evil.user = "a b";
  evil.program_file = "etc/x.conf";
  const auto damaged = json(written(evil));
  const auto read = read_component_data(damaged, name);
  REQUIRE_FALSE(read);
  CHECK(read.error().details.size() == 3);
  CHECK_FALSE(read_component_data(document, {"prod", "../x", "stream"}));
}

TEST_CASE("a record of the original plugin gives name, user and job name") {
  const auto document = json(
      "{'ssh':['sudo rm -rf "
      "/opt/prod/app/stream'],'start_cmds':['x'],'stop_cmds':[],'component_name':'stream',"
      "'component_job_name':'app-stream-job','application_hdfs_root':"
      "'/pnda/system/deployment-manager/applications/alice/app','descriptors':{}}");
  const auto read = read_component_data(document, name);
  if (!read) FAIL(read.error().text());
  CHECK(read->user == "alice");
  CHECK(read->job_name == "app-stream-job");
  CHECK(read->program == "flink.prod.app.stream");
  CHECK(read->id == dm::component::component_id(name));
  CHECK(read->directory.empty());
  CHECK(read->node.empty());
}

TEST_CASE("a record of the original plugin that fits another application is refused") {
  for (const char* root :
       {"/a/applications/alice/other", "app", "/app", "", "/a/..\\u0000/app", "/a/x y/app"}) {
    INFO(root);
    const auto document = json(std::string("{'ssh':[],'component_name':'stream','component_job_"
                                           "name':'j','application_hdfs_root':'") +
                               root + "'}");
    CHECK_FALSE(read_component_data(document, name));
  }
  const auto document = json(
      "{'ssh':[],'component_name':'x','component_job_name':'j','application_hdfs_root':'/a/u/"
      "app'}");
  CHECK_FALSE(read_component_data(document, name));
}

TEST_CASE("a schedule is read back, and data from before there were schedules has none (D-43)") {
  component_data data = sample();
  CHECK(written(data).find("schedule") == std::string::npos);
  CHECK_FALSE(read_component_data(json(written(data)), name)->schedule);
  dm::oozie::schedule schedule;
  schedule.minutes = 1440;
  schedule.timezone = "Europe/Berlin";
  schedule.start = "2026-01-31T06:00Z";
  schedule.action = dm::oozie::action_kind::shell;
  data.schedule = schedule;
  const auto read = read_component_data(json(written(data)), name);
  if (!read) FAIL(read.error().text());
  REQUIRE(read->schedule);
  CHECK(*read->schedule == schedule);
}

TEST_CASE("a schedule that is none is refused with its path") {
  component_data data = sample();
  data.schedule.emplace().minutes = 60;
  for (const auto& [from, to, path] :
       {std::tuple{"\"frequency\":60", "\"frequency\":0", "$.data.schedule.frequency"},
        std::tuple{"\"execution\":\"LAST_ONLY\"", "\"execution\":\"ALL\"",
                   "$.data.schedule.execution"}}) {
    std::string text = written(data);
    const std::string_view old(from);
    REQUIRE(text.find(old) != std::string::npos);
    text.replace(text.find(old), old.size(), to);
    const auto read = read_component_data(json(text), name);
    REQUIRE_FALSE(read);
    REQUIRE(read.error().details.size() == 1);
    CHECK(read.error().details.front().path == path);
  }
}
