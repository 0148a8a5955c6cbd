// validate: all that is wrong with a component's descriptor, at once, by scope.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/validate.h"

#include <algorithm>

#include <fmt/format.h>

#include "input/property_values.h"
#include "input/text_rules.h"
#include "lifecycle/queue_check.h"
#include "package/preparation.h"
#include "placement/account.h"

namespace dm::lifecycle {

using component::component_name;
using context::session;
using input::flink_memory;
using input::settings;
using input::shown;
using input::single_line;
using package::check_command;
using package::check_file_names;
using package::descriptor;
using package::descriptor_reading;
using package::installed_flink;
using package::preparation;
using package::prepare;
using package::property;
using package::property_map;
using package::property_path;
using package::read_descriptor;
using package::references;
using placement::account;
using placement::find_run_as_account;

namespace {

// At deployment there is no application yet; the rules of the other names hold all the same.
component_name name_to_check(const validate_request& request) {
  component_name name = request.name;
  if (request.scope == validation_scope::package && name.application.empty())
    name.application = "application";
  return name;
}

// The host's own properties are in the map only once the application is about to be created.
references completeness(const property_map& properties) {
  const bool has_environment = std::any_of(
      properties.begin(), properties.end(),
      [](const property& property) { return property.name.starts_with("environment_"); });
  return has_environment ? references::complete : references::partial;
}

void check_package_files(const std::vector<std::string>& files, descriptor_reading& reading) {
  for (const std::string& file : files) {
    if (!single_line(file)) {
      reading.problems.push_back({"package: " + shown(file),
                                  "a file name with control characters, or not UTF-8",
                                  "names in UTF-8 without control characters"});
    }
  }
  auto missing = check_file_names(reading.descriptor, files);
  reading.problems.append(std::move(missing));
  if (std::find(files.begin(), files.end(), "application.properties") == files.end()) {
    reading.warnings.push_back(
        {"package: application.properties", "is not in the package; it is generated"});
  }
}

void check_memory(cluster::resource_manager& yarn, const io::operation& op,
                  descriptor_reading& reading) {
  const descriptor& descriptor = reading.descriptor;
  if (!descriptor.jobmanager_memory_bytes && !descriptor.taskmanager_memory_bytes) return;
  const auto capacity = yarn.cluster_capacity(op);
  if (!capacity) {
    reading.warnings.push_back({property_path("component_flink_taskmanager_memory"),
                                "memory could not be checked: " + capacity.error().message});
    return;
  }
  std::int64_t most_mb = capacity->maximum_allocation_mb;
  if (capacity->largest_node_memory_mb > 0 &&
      (most_mb == 0 || capacity->largest_node_memory_mb < most_mb)) {
    most_mb = capacity->largest_node_memory_mb;
  }
  if (most_mb == 0) return;
  constexpr std::int64_t megabyte = 1 << 20;
  const auto check = [&](std::string_view property, const std::optional<std::int64_t>& bytes) {
    if (!bytes || *bytes <= most_mb * megabyte) return;
    reading.problems.push_back(
        {property_path(property), flink_memory(*bytes),
         fmt::format("at most {}m, the largest container that this cluster gives", most_mb)});
  };
  check("component_flink_jobmanager_memory", descriptor.jobmanager_memory_bytes);
  check("component_flink_taskmanager_memory", descriptor.taskmanager_memory_bytes);
}

}  // namespace

validate_reply validate(session& session, const io::operation& op,
                        const validate_request& request) {
  const settings& settings = session.settings();
  const component_name name = name_to_check(request);
  validate_reply reply;
  descriptor_reading reading;
  std::optional<error> obstacle;
  if (request.scope == validation_scope::staged) {
    preparation prepared =
        prepare(settings, op, name, request.properties, request.staged_path, false);
    reading = std::move(prepared.reading);
    obstacle = std::move(prepared.obstacle);
    if (!request.user.empty()) {
      if (auto account = find_run_as_account(request.user); !account) {
        reading.problems.push_back({"$.user", shown(request.user), account.error().message});
      }
    }
  } else {
    // The names in Flink's lib directory, no file: what may be given depends on the version.
    const auto found = installed_flink(settings);
    const std::optional<flink::version> installed = found ? std::optional(*found) : std::nullopt;
    const bool package = request.scope == validation_scope::package;
    reading = read_descriptor(request.properties, name, installed,
                              package ? references::partial : completeness(request.properties));
    if (installed) check_command(settings, name, reading, *installed);
    if (!found) {
      reading.warnings.push_back(
          {"$.settings.flink_home",
           "what depends on Flink's version was not checked: " + found.error().message});
    }
    if (package) check_package_files(request.files, reading);
  }
  problem_list problems;  // those of the name first
  problems.append(component::check_name(name));
  problems.append(std::move(reading.problems));
  reading.problems = std::move(problems);
  if (request.online) {
    cluster::resource_manager yarn = session.yarn_for(request.user);
    check_queue(yarn, op, settings, request.user, reading);
    check_memory(yarn, op, reading);
  }
  reply.failure = reading.failure(name);
  if (!reply.failure && obstacle) reply.failure = std::move(obstacle);
  if (!reply.failure) {
    if (auto in_time = op.check("the descriptor's checks"); !in_time)
      reply.failure = in_time.error();
  }
  reply.warnings = std::move(reading.warnings);
  return reply;
}

}  // namespace dm::lifecycle
