// The Flink configuration that a component is submitted with.
// SPDX-License-Identifier: Apache-2.0
#include "package/flink_configuration.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/checkpoint_keys.h"
#include "input/property_values.h"
#include "package/queue_plan.h"

namespace dm::package {

using input::flink_memory;
using input::settings;

namespace {

std::string_view key_of(std::string_view property) {
  return find_property_name(property)->flink_key;
}

}  // namespace

const std::string* find_value(const key_values& entries, std::string_view key) {
  const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == entries.rend() ? nullptr : &found->second;
}

void set_value(key_values& entries, std::string_view key, const std::string& value) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  if (found == entries.end()) {
    entries.emplace_back(key, value);
  } else {
    found->second = value;
  }
}

key_values configuration_of(const settings& settings, const component::component_name& name,
                            const descriptor& descriptor) {
  key_values configuration = settings.flink_configuration;
  if (find_value(configuration, archive_directory_key) == nullptr) {
    const std::string path = settings.history_archive_dir.empty()
                                 ? component::hdfs_directory(settings.state_root, name) + "/archive"
                                 : settings.history_archive_dir;
    set_value(configuration, archive_directory_key,
              path.starts_with('/') ? "hdfs://" + path : path);
  }
  // No interval: a job that takes no checkpoints by itself is left so.
  if (component::keeps_state(descriptor.job_type, descriptor.state) &&
      find_value(configuration, flink::checkpoint_retention_key) == nullptr) {
    set_value(configuration, flink::checkpoint_retention_key,
              std::string(flink::checkpoint_retention_default));
  }
  const std::string& queue = descriptor.queue.empty() ? settings.default_queue : descriptor.queue;
  if (!queue.empty()) set_value(configuration, key_of("component_flink_queue"), queue);
  if (descriptor.jobmanager_memory_bytes) {
    set_value(configuration, key_of("component_flink_jobmanager_memory"),
              flink_memory(*descriptor.jobmanager_memory_bytes));
  }
  if (descriptor.taskmanager_memory_bytes) {
    set_value(configuration, key_of("component_flink_taskmanager_memory"),
              flink_memory(*descriptor.taskmanager_memory_bytes));
  }
  if (descriptor.slots)
    set_value(configuration, key_of("component_flink_slots"), fmt::to_string(*descriptor.slots));
  if (descriptor.client_configuration) {
    // YARN replaces it by the container's log directory, of which a node may have several.
    for (const std::string_view process : {"master", "taskmanager"}) {
      set_value(configuration,
                fmt::format("containerized.{}.env.{}", process, log_directory_variable),
                "<LOG_DIR>");
    }
  }
  for (const auto& [key, value] : descriptor.configuration) set_value(configuration, key, value);
  // The guard asks for it, and sets it, at each submission.
  if (!settings.queue_policy.empty())
    std::erase_if(configuration, [](const auto& entry) { return entry.first == queue_key; });
  return configuration;
}

}  // namespace dm::package
