// Oozie's documents, by pugixml.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/job_definition.h"

#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

namespace dm::oozie {

namespace {

constexpr const char* no_end = "2099-12-31T23:59Z";
constexpr std::int64_t day_minutes = 1'440;
constexpr const char* action_name = "flink";

std::string name_expression(std::string_view component_id) {
  return fmt::format("dm-{}-${{{}}}", component_id, run_property);
}

pugi::xml_node add(pugi::xml_node parent, const char* name, const std::string& text = {}) {
  pugi::xml_node node = parent.append_child(name);
  if (!text.empty()) node.text().set(text.c_str());
  return node;
}

pugi::xml_node add_transition(pugi::xml_node parent, const char* name, const char* to) {
  pugi::xml_node node = parent.append_child(name);
  node.append_attribute("to") = to;
  return node;
}

void add_property(pugi::xml_node configuration, const std::string& name, const std::string& value) {
  pugi::xml_node property = add(configuration, "property");
  add(property, "name", name);
  add(property, "value", value);
}

void add_kill(pugi::xml_node workflow, const char* name, const std::string& message) {
  pugi::xml_node kill = add(workflow, "kill");
  kill.append_attribute("name") = name;
  add(kill, "message", message);
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

// Of the workflow's own number, so that Oozie's rerun of a workflow is another run.
const std::string run_expression = "${wf:id()}.${wf:run()}";

void add_ssh(pugi::xml_node action, const run_command& command,
             const std::vector<std::string>& arguments) {
  pugi::xml_node ssh = add(action, "ssh");
  ssh.append_attribute("xmlns") = "uri:oozie:ssh-action:0.2";
  add(ssh, "host", command.host);
  add(ssh, "command", command.guard);
  // Not <arg>: Oozie's script for these compares with ==, which not every sh knows.
  for (const std::string& argument : arguments) add(ssh, "args", argument);
  add(ssh, "capture-output");
}

void add_shell(pugi::xml_node action, const run_command& command,
               const std::vector<std::string>& arguments) {
  pugi::xml_node shell = add(action, "shell");
  shell.append_attribute("xmlns") = "uri:oozie:shell-action:1.0";
  add(shell, "resource-manager", command.resource_manager);
  add(shell, "name-node", command.name_node);
  if (!command.queue.empty()) {
    pugi::xml_node configuration = add(shell, "configuration");
    add_property(configuration, "oozie.launcher.mapreduce.job.queuename", command.queue);
    add_property(configuration, "mapreduce.job.queuename", command.queue);
  }
  // Of a path Oozie takes the last part alone, to be found in PATH or the container's directory.
  add(shell, "exec", "env");
  add(shell, "argument", command.guard);
  for (const std::string& argument : arguments) add(shell, "argument", argument);
  add(shell, "capture-output");
}

}  // namespace

std::string job_name(std::string_view component_id, std::uint64_t run) {
  return fmt::format("dm-{}-{}", component_id, run);
}

result<std::string> render_workflow(std::string_view component_id, const run_command& command) {
  std::vector<std::string> fixed{command.guard};
  fixed.insert(fixed.end(), command.options.begin(), command.options.end());
  if (command.kind == action_kind::ssh) fixed.push_back(command.host);
  if (command.kind == action_kind::shell) {
    fixed.push_back(command.resource_manager);
    fixed.push_back(command.name_node);
  }
  for (const std::string& one : fixed) {
    if (is_plain_argument(one)) continue;
    return fail(status_code::invalid_argument,
                fmt::format("\"{}\" cannot be a part of Oozie's action: allowed are A-Z a-z 0-9 . "
                            "_ / @ + = : -",
                            first_line(one, 120)),
                "choose another directory or account: Oozie splits what it hands on at blanks, and "
                "the login shell of the edge node reads it");
  }
  std::vector<std::string> arguments{"--once", "--run", run_expression};
  arguments.insert(arguments.end(), command.options.begin(), command.options.end());

  pugi::xml_document document;
  pugi::xml_node workflow = document.append_child("workflow-app");
  workflow.append_attribute("name") = name_expression(component_id).c_str();
  workflow.append_attribute("xmlns") = "uri:oozie:workflow:1.0";
  add_transition(workflow, "start", action_name);
  pugi::xml_node action = add(workflow, "action");
  action.append_attribute("name") = action_name;
  if (command.kind == action_kind::ssh) {
    add_ssh(action, command, arguments);
  } else {
    add_shell(action, command, arguments);
  }
  add_transition(action, "ok", "told");
  add_transition(action, "error", "failed");
  // A process that vanishes with its node leaves no error behind, which Oozie takes for success
  // (OOZIE-3569): only what the guard has said counts.
  pugi::xml_node decision = add(workflow, "decision");
  decision.append_attribute("name") = "told";
  pugi::xml_node choice = add(decision, "switch");
  pugi::xml_node told = add_transition(choice, "case", "end");
  told.text().set(
      fmt::format("${{wf:actionData('{}')['outcome'] eq 'completed'}}", action_name).c_str());
  add_transition(choice, "default", "untold");
  add_kill(
      workflow, "untold",
      "the run's guard ended without telling how the run ended, as when its node is restarted");
  add_kill(workflow, "failed", "${wf:errorMessage(wf:lastErrorNode())}");
  workflow.append_child("end").append_attribute("name") = "end";
  return text_of(document);
}

std::string render_coordinator(std::string_view component_id, const schedule& schedule) {
  pugi::xml_document document;
  pugi::xml_node coordinator = document.append_child("coordinator-app");
  std::string frequency = schedule.cron;
  // Days keep their hour when the zone changes its clocks; 1440 minutes would not.
  if (frequency.empty()) {
    frequency = schedule.minutes % day_minutes == 0
                    ? fmt::format("${{coord:days({})}}", schedule.minutes / day_minutes)
                    : fmt::to_string(schedule.minutes);
  }
  coordinator.append_attribute("name") = name_expression(component_id).c_str();
  coordinator.append_attribute("frequency") = frequency.c_str();
  coordinator.append_attribute("start") = "${dm_start}";
  coordinator.append_attribute("end") = "${dm_end}";
  coordinator.append_attribute("timezone") = schedule.timezone.c_str();
  coordinator.append_attribute("xmlns") = "uri:oozie:coordinator:0.5";
  pugi::xml_node controls = add(coordinator, "controls");
  add(controls, "timeout", fmt::to_string(schedule.timeout_min));
  add(controls, "concurrency", "1");
  add(controls, "execution", schedule.execution);
  pugi::xml_node workflow = add(add(coordinator, "action"), "workflow");
  add(workflow, "app-path", "${dm_workflow}");
  return text_of(document);
}

job_properties submission(const schedule& schedule, const std::string& user,
                          const std::string& directory, std::uint64_t run, io::wall_time now) {
  return {{"user.name", user},
          {"oozie.use.system.libpath", "true"},
          {"oozie.coord.application.path", fmt::format("hdfs://{}/coordinator.xml", directory)},
          {"dm_workflow", fmt::format("hdfs://{}/workflow.xml", directory)},
          {run_property, fmt::to_string(run)},
          {"dm_start", first_start(schedule, now)},
          {"dm_end", schedule.end.empty() ? no_end : schedule.end}};
}

std::string to_xml(const job_properties& properties) {
  pugi::xml_document document;
  pugi::xml_node configuration = document.append_child("configuration");
  for (const auto& [name, value] : properties) add_property(configuration, name, value);
  return text_of(document);
}

}  // namespace dm::oozie
