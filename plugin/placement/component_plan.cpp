// A component's command, specification, program and digest.
// SPDX-License-Identifier: Apache-2.0
#include "placement/component_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/changelog.h"
#include "input/text_rules.h"
#include "io/hash.h"
#include "io/visible_text.h"
#include "package/command_plan.h"
#include "package/flink_configuration.h"
#include "package/jvm_flags.h"
#include "package/queue_plan.h"

namespace dm::placement {

using input::plain_absolute_path;
using input::settings;
using package::archive_directory_key;
using package::component_layout;
using package::configuration_of;
using package::descriptor;
using package::find_property;
using package::find_value;
using package::holds_secret;
using package::key_values;
using package::layout_of;
using package::package_file_entry;
using package::package_listing;
using package::plan_command;
using package::property;
using package::property_map;
using package::set_value;

namespace {

// Where the guard reads the job's archive from: a path of this HDFS, or nothing when the archive
// lies elsewhere.
std::string archive_directory_of(const key_values& configuration, const descriptor& descriptor) {
  const std::string* option = find_value(descriptor.option_configuration, archive_directory_key);
  const std::string* found =
      option == nullptr ? find_value(configuration, archive_directory_key) : option;
  if (found == nullptr) return {};
  std::string path = *found;
  if (const std::size_t scheme = path.find("://"); scheme != std::string::npos) {
    if (!path.starts_with("hdfs://") && !path.starts_with("viewfs://")) return {};
    const std::size_t root = path.find('/', scheme + 3);
    path = root == std::string::npos ? "" : path.substr(root);
  }
  while (path.ends_with('/')) path.pop_back();
  return plain_absolute_path(path) ? path : std::string();
}

key_values environment_of(const settings& settings, const descriptor& descriptor,
                          const component_layout& layout, const account& account) {
  key_values environment = {{"HOME", account.home.empty() ? layout.work : account.home},
                            {"USER", account.name},
                            {"LOGNAME", account.name},
                            {"PATH", "/usr/local/bin:/usr/bin:/bin"},
                            {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : settings.flink_environment) set_value(environment, name, value);
  for (const auto& [name, value] : descriptor.environment) set_value(environment, name, value);
  if (descriptor.client_configuration) set_value(environment, "FLINK_CONF_DIR", layout.conf);
  const std::string flags = package::client_flags(
      descriptor, settings, find_value(environment, package::client_flags_variable));
  if (!flags.empty()) set_value(environment, package::client_flags_variable, flags);
  // In front, so that main() finds this component's application.properties (INV-6).
  const std::string* hadoop = find_value(environment, "HADOOP_CLASSPATH");
  set_value(
      environment, "HADOOP_CLASSPATH",
      hadoop == nullptr || hadoop->empty() ? layout.classpath : layout.classpath + ":" + *hadoop);
  return environment;
}

// The last words are the program's arguments: what is no text on one line is shown as such. What
// runs is in guard.json.
void show_on_one_line(std::size_t arguments, std::vector<std::string>& command) {
  for (auto word = command.end() - static_cast<std::ptrdiff_t>(arguments); word != command.end();
       ++word) {
    if (!input::single_line(*word)) *word = io::visible_text(*word);
  }
}

}  // namespace

result<component_plan> plan_component(const settings& settings,
                                      const component::component_name& name,
                                      const std::string& package, const descriptor& descriptor,
                                      const flink::version& installed, const account& account) {
  auto command = plan_command(settings, name, descriptor, installed);
  if (!command) return fail(std::move(command.error()));
  const component_layout layout = layout_of(settings, name);
  component_plan plan;
  plan.command = std::move(*command);

  component::guard_spec& spec = plan.spec;
  spec.name = name;
  spec.node = settings.node;
  spec.user = account.name;
  spec.resource_managers = settings.resource_managers;
  spec.name_nodes = settings.name_nodes;
  spec.history_server = settings.history_server;
  spec.state_root = settings.state_root;
  spec.archive_directory =
      archive_directory_of(configuration_of(settings, name, descriptor), descriptor);
  spec.work_directory = layout.work;
  spec.log_directory = layout.logs;
  spec.slots_directory = layout.slots;
  spec.submission_slots = settings.submission_slots;
  if (!settings.queue_policy.empty()) {
    package::queue_plan queue = package::plan_queue(settings, descriptor);
    spec.queue_policy = settings.queue_policy;
    spec.queue_requested = std::move(queue.requested);
    spec.queue_default = std::move(queue.fallback);
  }
  spec.flink_version = installed.text;
  spec.flink_home = settings.flink_home;
  if (descriptor.provided_libraries) spec.flink_libraries_root = settings.flink_libraries_root;
  spec.class_data = descriptor.class_data;
  spec.submission = descriptor.submission;
  spec.submission_auto = descriptor.submission_chosen;
  spec.submission_reason = descriptor.submission_reason;
  spec.job_type = descriptor.job_type;
  spec.state = descriptor.state;
  spec.respawn = descriptor.respawn;
  spec.respawn_delay_ms = descriptor.respawn_delay_ms;
  spec.restart_attempts = descriptor.restart_attempts;
  spec.restart_window_ms = descriptor.restart_window_ms;
  if (flink::uses_changelog(plan.command))
    spec.claim_mode = flink::changelog_claim_mode(installed).value_or("");
  spec.checkpoint_retention_runs = descriptor.checkpoint_retention_runs;
  spec.submission_timeout_ms = descriptor.submission_timeout_ms;
  spec.retry_after_give_up_ms = descriptor.retry_after_give_up_ms;
  spec.incident_retention_count = descriptor.incident_retention_count;
  spec.incident_retention_age_ms = descriptor.incident_retention_age_ms;
  if (descriptor.schedule)
    spec.oozie = component::guard_spec::oozie_part{settings.oozie.url, *descriptor.schedule};
  spec.job_name = descriptor.job_name;
  spec.user_tags = descriptor.tags;
  spec.environment = environment_of(settings, descriptor, layout, account);

  supervisor::program& program = plan.program;
  program.name = component::program_name(name);
  program.command = {settings.guard, "--user", account.name, "--spec", layout.guard_file, "--"};
  if (descriptor.submission == flink::submission_mode::direct) {
    spec.arguments = descriptor.arguments;
    show_on_one_line(descriptor.arguments.size(), plan.command);
  }
  program.command.insert(program.command.end(), plan.command.begin(), plan.command.end());
  spec.command = program.command;
  program.expected_exit_codes = {component::guard_exit_done, component::guard_exit_failed};
  program.comments = {
      fmt::format("Flink component {}{}", name.text(),
                  package.empty() ? "" : " of package " + package),
      "Written by the deployment manager's flink plugin; changes made by hand are lost.",
      fmt::format("At each submission {} becomes the YARN tags, the application's name and the "
                  "restore point.",
                  flink::incarnation_placeholder)};
  return plan;
}

std::string digest_of(const component_plan& plan, const package_listing& files,
                      const property_map& properties) {
  std::string text;
  // Each part with its length, so that no two different lists read alike.
  const auto add = [&](std::string_view part) { text += fmt::format("{}:{};", part.size(), part); };
  for (const package_file_entry& file : files.files) {
    add(file.path);
    add(fmt::to_string(file.size_bytes));
    add(file.sha256);
  }
  add("properties");
  std::vector<std::string> lines;
  for (const property& property : properties) {
    if (holds_secret(property) || find_property(properties, property.name) != &property) continue;
    lines.push_back(fmt::format("{}:{}={}", property.name.size(), property.name, property.text));
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) add(line);
  add("command");
  add(plan.spec.user);
  add(plan.spec.flink_version);
  for (const std::string& argument : plan.command) add(argument);
  return io::sha256_hex(text);
}

}  // namespace dm::placement
