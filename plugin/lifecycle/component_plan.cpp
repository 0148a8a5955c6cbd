// A component's command, specification, program and digest.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/component_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/checkpoint_keys.h"
#include "io/hash.h"
#include "lifecycle/property_values.h"
#include "lifecycle/text_rules.h"

namespace dm::lifecycle {

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view archive_key = "jobmanager.archive.fs.dir";

const std::string* find(const pairs& entries, std::string_view key) {
  const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == entries.rend() ? nullptr : &found->second;
}

void set(pairs& entries, std::string_view key, const std::string& value) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  if (found == entries.end()) {
    entries.emplace_back(key, value);
  } else {
    found->second = value;
  }
}

// The node's defaults, then what this project sets, then the component's own.
pairs configuration_of(const settings& settings, const component::component_name& name,
                       const descriptor& descriptor) {
  pairs configuration = settings.flink_configuration;
  if (find(configuration, archive_key) == nullptr) {
    const std::string path = settings.history_archive_dir.empty()
                                 ? component::hdfs_directory(settings.state_root, name) + "/archive"
                                 : settings.history_archive_dir;
    set(configuration, archive_key, path.starts_with('/') ? "hdfs://" + path : path);
  }
  // No interval: a job that takes no checkpoints by itself is left so.
  if (component::keeps_state(descriptor.job_type, descriptor.state) &&
      find(configuration, flink::checkpoint_retention_key) == nullptr) {
    set(configuration, flink::checkpoint_retention_key,
        std::string(flink::checkpoint_retention_default));
  }
  const std::string& queue = descriptor.queue.empty() ? settings.default_queue : descriptor.queue;
  if (!queue.empty()) set(configuration, "yarn.application.queue", queue);
  if (descriptor.jobmanager_memory_bytes) {
    set(configuration, "jobmanager.memory.process.size",
        flink_memory(*descriptor.jobmanager_memory_bytes));
  }
  if (descriptor.taskmanager_memory_bytes) {
    set(configuration, "taskmanager.memory.process.size",
        flink_memory(*descriptor.taskmanager_memory_bytes));
  }
  if (descriptor.slots)
    set(configuration, "taskmanager.numberOfTaskSlots", fmt::to_string(*descriptor.slots));
  for (const auto& [key, value] : descriptor.configuration) set(configuration, key, value);
  return configuration;
}

// Where the guard reads the job's archive from: a path of this HDFS, or nothing when the archive
// lies elsewhere.
std::string archive_directory_of(const pairs& configuration, const descriptor& descriptor) {
  const std::string* option = find(descriptor.option_configuration, archive_key);
  const std::string* found = option == nullptr ? find(configuration, archive_key) : option;
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

pairs environment_of(const settings& settings, const descriptor& descriptor,
                     const component_layout& layout, const account& account) {
  pairs environment = {{"HOME", account.home.empty() ? layout.work : account.home},
                       {"USER", account.name},
                       {"LOGNAME", account.name},
                       {"PATH", "/usr/local/bin:/usr/bin:/bin"},
                       {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : settings.flink_environment) set(environment, name, value);
  for (const auto& [name, value] : descriptor.environment) set(environment, name, value);
  // In front, so that main() finds this component's application.properties (INV-6).
  const std::string* hadoop = find(environment, "HADOOP_CLASSPATH");
  set(environment, "HADOOP_CLASSPATH",
      hadoop == nullptr || hadoop->empty() ? layout.classpath : layout.classpath + ":" + *hadoop);
  return environment;
}

}  // namespace

result<std::vector<std::string>> plan_command(const settings& settings,
                                              const component::component_name& name,
                                              const descriptor& descriptor,
                                              const flink::version& installed) {
  const component_layout layout = layout_of(settings, name);
  flink::submission submission;
  submission.mode = descriptor.submission;
  submission.flink_command = settings.flink_command;
  submission.configuration = configuration_of(settings, name, descriptor);
  submission.extra_options = descriptor.options;
  if (descriptor.parallelism) submission.parallelism = fmt::to_string(*descriptor.parallelism);
  submission.ship_directories = {layout.classpath};
  if (descriptor.python()) {
    submission.main_python = layout.package + "/" + descriptor.main_python;
    for (const std::string& file : descriptor.python_files)
      submission.python_files.push_back(layout.package + "/" + file);
    submission.python_executable = descriptor.python_executable;
    submission.python_client_executable = descriptor.python_client_executable;
  } else {
    submission.main_jar = layout.package + "/" + descriptor.main_jar;
    submission.main_class = descriptor.main_class;
  }
  submission.arguments = descriptor.arguments;
  return flink::render_command(installed, submission);
}

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
  spec.flink_version = installed.text;
  spec.submission = descriptor.submission;
  spec.job_type = descriptor.job_type;
  spec.state = descriptor.state;
  spec.respawn = descriptor.respawn;
  spec.respawn_delay_ms = descriptor.respawn_delay_ms;
  spec.restart_attempts = descriptor.restart_attempts;
  spec.restart_window_ms = descriptor.restart_window_ms;
  spec.job_name = descriptor.job_name;
  spec.user_tags = descriptor.tags;
  spec.environment = environment_of(settings, descriptor, layout, account);

  supervisor::program& program = plan.program;
  program.name = component::program_name(name);
  program.command = {settings.guard, "--user", account.name, "--spec", layout.guard_file, "--"};
  program.command.insert(program.command.end(), plan.command.begin(), plan.command.end());
  program.autostart = false;
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

}  // namespace dm::lifecycle
