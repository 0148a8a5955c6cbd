// The flags of each profile, and where they stand. Seen on Java 11, 17, 21 and 25: each takes all
// of them. Measured by test/bench/start.
// SPDX-License-Identifier: Apache-2.0
#include "package/jvm_flags.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "flink/command_builder.h"
#include "flink/configuration_value.h"
#include "io/secret.h"
#include "package/property_reader.h"

namespace dm::package {

using input::settings;
using input::start_profile;

namespace {

constexpr std::string_view profile_property = "component_flink_profile";
constexpr std::string_view heartbeat_seconds = "1";
constexpr std::string_view serial_collector = "-XX:+UseSerialGC";
// A JVM that lacks one of them (of another vendor) starts all the same. Flink says so itself since
// 1.18.
constexpr std::string_view unknown_flags_are_no_harm = "-XX:+IgnoreUnrecognizedVMOptions";
constexpr std::string_view first_compiler_only = "-XX:TieredStopAtLevel=1";
constexpr std::string_view no_performance_file = "-XX:-UsePerfData";

// By itself a JVM begins with a 64th of the node's memory, and a client fills it before it tidies
// up for the first time. It grows as far as ever.
constexpr std::string_view small_first_heap = "-Xms32m";

using flags = std::vector<std::string_view>;

flags fast_start() {
  return {unknown_flags_are_no_harm, first_compiler_only, serial_collector, no_performance_file};
}

struct process_flags {
  std::string_view process;  // as in Flink's keys
  flags wanted;
};

// No record passes through a JobManager: the first compiler costs the default profile no
// throughput.
std::array<process_flags, 2> container_flags(start_profile profile) {
  switch (profile) {
    case start_profile::small:
      return {{{"jobmanager", fast_start()}, {"taskmanager", fast_start()}}};
    case start_profile::ordinary:
      return {
          {{"jobmanager", {unknown_flags_are_no_harm, first_compiler_only, no_performance_file}},
           {"taskmanager", {unknown_flags_are_no_harm, no_performance_file}}}};
    case start_profile::throughput:
      break;
  }
  return {{{"jobmanager", {}}, {"taskmanager", {}}}};
}

// From 1.19 on there are keys whose text Flink itself puts before that of the others.
std::string flags_key(const flink::version& installed, std::string_view process) {
  return fmt::format("env.java.{}.{}", flink::at_least(installed, 1, 19) ? "default-opts" : "opts",
                     process);
}

std::string joined(const flags& all) { return fmt::format("{}", fmt::join(all, " ")); }

// "-XX:+UseG1GC", "-XX:+UseZGC" …: a second collector, and the JVM does not start.
bool names_a_collector(std::string_view text) {
  constexpr std::string_view begin = "-XX:+Use";
  for (std::size_t at = text.find(begin); at != std::string_view::npos;
       at = text.find(begin, at + 1)) {
    const std::string_view flag = text.substr(at, text.find(' ', at) - at);
    if (flag.ends_with("GC") && flag != serial_collector) return true;
  }
  return false;
}

// The JVM's flags stand in many places; whichever names a collector, it is the one.
bool collector_is_chosen(const key_values& entries, std::string_view process) {
  return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
    const std::string_view key = entry.first;
    const bool flags_of_jvm = key.starts_with("env.java.") || key.starts_with("containerized.");
    if (!flags_of_jvm) return false;
    for (const std::string_view other : {"jobmanager", "taskmanager", "client", "historyserver"}) {
      if (other != process && key.ends_with(fmt::format(".{}", other))) return false;
    }
    // A list or a long text of config.yaml is not read: it may name one.
    return names_a_collector(entry.second) ||
           (key.starts_with("env.java.") && entry.second.empty());
  });
}

start_profile profile_of(const settings& settings, const descriptor& descriptor) {
  return descriptor.profile.value_or(settings.profile);
}

flags without_collector(flags all) {
  std::erase(all, serial_collector);
  return all;
}

// What stands of the key already, wherever: the last of them counts for Flink.
const std::string* value_before(const descriptor& descriptor, const key_values& configuration,
                                std::string_view key) {
  const std::string* own = find_value(configuration, key);
  return own != nullptr ? own : find_value(descriptor.installed_configuration, key);
}

struct flags_plan {
  std::string key;
  std::string ours;
  std::string value;     // empty: the key is left as it is
  std::string obstacle;  // why
};

flags_plan plan_flags(const descriptor& descriptor, const flink::version& installed,
                      const key_values& configuration, const process_flags& of) {
  flags_plan plan;
  plan.key = flags_key(installed, of.process);
  if (of.wanted.empty()) return plan;
  const bool chosen = collector_is_chosen(configuration, of.process) ||
                      collector_is_chosen(descriptor.option_configuration, of.process) ||
                      collector_is_chosen(descriptor.installed_configuration, of.process);
  plan.ours = joined(chosen ? without_collector(of.wanted) : of.wanted);
  if (find_value(descriptor.option_configuration, plan.key) != nullptr) {
    plan.obstacle = fmt::format("component_flink_config_args sets {}", plan.key);
    return plan;
  }
  const std::string* before = value_before(descriptor, configuration, plan.key);
  if (before == nullptr) {
    plan.value = plan.ours;
    return plan;
  }
  std::string both = plan.ours + " " + *before;
  if (before->empty()) {
    plan.obstacle =
        fmt::format("{} is set to nothing, or to a text that is not read here", plan.key);
  } else if (!io::secret_ranges(*before).empty()) {
    plan.obstacle = fmt::format(
        "{} of Flink's configuration file holds a secret, which would stand in process lists",
        plan.key);
  } else if (!flink::configuration_value_reason(installed, descriptor.submission, plan.key, both)
                  .empty()) {
    plan.obstacle = fmt::format("{} has a text that no command line carries", plan.key);
  } else {
    plan.value = std::move(both);
  }
  return plan;
}

bool client_collector_is_chosen(const descriptor& descriptor, const settings& settings) {
  for (const auto* environment : {&settings.flink_environment, &descriptor.environment}) {
    for (const auto& [name, value] : *environment) {
      if (names_a_collector(value)) return true;
    }
  }
  return collector_is_chosen(descriptor.installed_configuration, "client");
}

}  // namespace

void add_start_profile(const descriptor& descriptor, const flink::version& installed,
                       const settings& settings, key_values& configuration) {
  if (value_before(descriptor, configuration, yarn_heartbeat_key) == nullptr &&
      find_value(descriptor.option_configuration, yarn_heartbeat_key) == nullptr)
    set_value(configuration, yarn_heartbeat_key, std::string(heartbeat_seconds));
  for (const process_flags& of : container_flags(profile_of(settings, descriptor))) {
    const flags_plan plan = plan_flags(descriptor, installed, configuration, of);
    if (!plan.value.empty()) set_value(configuration, plan.key, plan.value);
  }
}

std::string client_flags(const descriptor& descriptor, const settings& settings,
                         const std::string* given) {
  const std::string theirs = given == nullptr ? std::string() : *given;
  if (descriptor.submission == flink::submission_mode::attached) return theirs;
  flags all = fast_start();
  if (client_collector_is_chosen(descriptor, settings)) all = without_collector(std::move(all));
  all.push_back(small_first_heap);
  std::string ours = joined(all);
  return theirs.empty() ? ours : ours + " " + theirs;
}

std::vector<warning> check_start_profile(const descriptor& descriptor,
                                         const flink::version& installed,
                                         const settings& settings) {
  std::vector<warning> warnings;
  const key_values configuration = [&] {
    key_values all = settings.flink_configuration;
    for (const auto& [key, value] : descriptor.configuration) set_value(all, key, value);
    return all;
  }();
  for (const process_flags& of : container_flags(profile_of(settings, descriptor))) {
    const flags_plan plan = plan_flags(descriptor, installed, configuration, of);
    if (plan.obstacle.empty()) continue;
    warnings.push_back(
        {descriptor.profile ? property_path(profile_property) : "$.settings.flink_profile",
         fmt::format("the {} does not get the profile's flags ({}): {}", of.process, plan.ours,
                     plan.obstacle)});
  }
  return warnings;
}

std::string described_profile(const descriptor& descriptor, const settings& settings) {
  const auto shown = [](const std::string& flags) { return flags.empty() ? "none" : flags; };
  const auto containers = container_flags(profile_of(settings, descriptor));
  return fmt::format(
      "profile {}: flags for the JobManager {}; for TaskManagers {}; for the client {}",
      to_string(profile_of(settings, descriptor)), shown(joined(containers[0].wanted)),
      shown(joined(containers[1].wanted)), shown(client_flags(descriptor, settings, nullptr)));
}

}  // namespace dm::package
