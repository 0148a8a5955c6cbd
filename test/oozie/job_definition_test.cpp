// Workflow and coordinator. That Oozie takes them its own validator says, on the real one
// (end_to_end/test_oozie.py).
// SPDX-License-Identifier: Apache-2.0
#include "oozie/job_definition.h"

#include <catch2/catch.hpp>
#include <pugixml.hpp>

using namespace dm::oozie;

namespace {

run_command ssh_command() {
  run_command command;
  command.host = "root@edge1";
  command.guard = "/usr/lib/flink-guard";
  command.options = {"--spec", "/opt/prod/app/job/guard.json", "--user", "pnda"};
  return command;
}

pugi::xml_document parsed(const std::string& text) {
  pugi::xml_document document;
  REQUIRE(document.load_string(text.c_str()));
  return document;
}

std::string workflow_of(const run_command& command) {
  auto text = render_workflow("c2788607832dc183", command);
  REQUIRE(text);
  return *text;
}

}  // namespace

TEST_CASE("an ssh action says which run it is, in arguments without blanks") {
  const auto document = parsed(workflow_of(ssh_command()));
  const pugi::xml_node workflow = document.child("workflow-app");
  CHECK(std::string(workflow.attribute("name").value()) == "dm-c2788607832dc183-${dm_run}");
  const pugi::xml_node ssh = workflow.child("action").child("ssh");
  CHECK(std::string(ssh.child("host").text().as_string()) == "root@edge1");
  CHECK(std::string(ssh.child("command").text().as_string()) == "/usr/lib/flink-guard");
  std::string arguments;
  for (const pugi::xml_node& one : ssh.children("args"))
    arguments += std::string(one.text().as_string()) + " ";
  CHECK(arguments ==
        "--once --run ${wf:id()}.${wf:run()} --spec /opt/prod/app/job/guard.json --user pnda ");
  CHECK(ssh.child("capture-output"));
  // Its script compares them with ==, which dash does not know.
  CHECK_FALSE(ssh.child("arg"));
}

TEST_CASE("a shell action has its launcher's queue, ResourceManager and NameNode") {
  run_command command = ssh_command();
  command.kind = action_kind::shell;
  command.resource_manager = "rm1:8032";
  command.name_node = "hdfs://nn1:8020";
  command.queue = "root.batch";
  const auto document = parsed(workflow_of(command));
  const pugi::xml_node shell = document.child("workflow-app").child("action").child("shell");
  CHECK(std::string(shell.child("resource-manager").text().as_string()) == "rm1:8032");
  CHECK(std::string(shell.child("name-node").text().as_string()) == "hdfs://nn1:8020");
  CHECK(workflow_of(command).find("root.batch") != std::string::npos);
  // An absolute path is not run as one.
  CHECK(std::string(shell.child("exec").text().as_string()) == "env");
  CHECK(std::string(shell.child("argument").text().as_string()) == "/usr/lib/flink-guard");
  CHECK(shell.child("capture-output"));
}

TEST_CASE("an action that went well without telling how the run ended is no success") {
  const auto document = parsed(workflow_of(ssh_command()));
  const pugi::xml_node workflow = document.child("workflow-app");
  CHECK(std::string(workflow.child("action").child("ok").attribute("to").value()) == "told");
  const pugi::xml_node choice = workflow.child("decision").child("switch");
  CHECK(std::string(choice.child("case").text().as_string()) ==
        "${wf:actionData('flink')['outcome'] eq 'completed'}");
  CHECK(std::string(choice.child("case").attribute("to").value()) == "end");
  CHECK(std::string(choice.child("default").attribute("to").value()) == "untold");
  CHECK(std::string(workflow.find_child_by_attribute("kill", "name", "untold").name()) == "kill");
}

TEST_CASE("what a shell or Oozie would read is refused with what is allowed") {
  for (const std::string path : {"/opt/a b/guard", "/opt/${x}/guard", "/opt/$(id)/guard", ""}) {
    run_command command = ssh_command();
    command.guard = path;
    const auto text = render_workflow("c2788607832dc183", command);
    REQUIRE_FALSE(text);
    CHECK(text.error().code == dm::status_code::invalid_argument);
  }
}

TEST_CASE("a coordinator: whole days are days, so that they follow the clock") {
  schedule daily;
  daily.minutes = 1440;
  daily.timezone = "Europe/Berlin";
  const auto document = parsed(render_coordinator("c2788607832dc183", daily));
  const pugi::xml_node coordinator = document.child("coordinator-app");
  CHECK(std::string(coordinator.attribute("frequency").value()) == "${coord:days(1)}");
  CHECK(std::string(coordinator.attribute("timezone").value()) == "Europe/Berlin");
  CHECK(std::string(coordinator.child("controls").child("concurrency").text().as_string()) == "1");
  schedule hourly;
  hourly.minutes = 90;
  CHECK(render_coordinator("x", hourly).find("frequency=\"90\"") != std::string::npos);
  schedule cron;
  cron.cron = "0 6 * * *";
  CHECK(render_coordinator("x", cron).find("frequency=\"0 6 * * *\"") != std::string::npos);
}

TEST_CASE("the configuration of a submission") {
  schedule hourly;
  hourly.minutes = 60;
  const auto now = *from_minute("2026-11-27T10:00Z");
  const std::string text = to_xml(submission(hourly, "pnda", "/state/prod/app/job/oozie", 7, now));
  for (const char* part : {"<name>user.name</name>", "<value>pnda</value>", "<value>7</value>",
                           "<value>hdfs:///state/prod/app/job/oozie/coordinator.xml</value>",
                           "<value>2026-11-27T10:00Z</value>", "<value>2099-12-31T23:59Z</value>"})
    CHECK(text.find(part) != std::string::npos);
}
