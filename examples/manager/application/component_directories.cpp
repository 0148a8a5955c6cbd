// The HDFS directories of a component (hdfs.json).
// SPDX-License-Identifier: Apache-2.0
#include "application/component_directories.h"

#include "base/failure.h"
#include "base/log.h"
#include "registry/patient_record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace manager {
namespace {

void give_to(const application_tools& tools, const std::string& path, const std::string& owner,
             cancellation& cancel) {
  try {
    tools.hdfs.set_owner(path, owner, cancel);
  } catch (const failure& problem) {
    if (problem.kind() != failure_kind::forbidden) throw;
    // webhdfs_user is not HDFS's superuser: then access is the administrator's arrangement.
    log::warning("event=owner_not_set path={} owner={} information={}", path, owner,
                 problem.what());
  }
}

// What must stay: directories of other applications, and where plugins keep the state of
// components, which may have been put there since the component was created.
std::vector<std::string> paths_to_keep(const application_tools& tools,
                                       const std::string& application) {
  const auto descriptors = tools.memory.transact(
      [&](registry_view& view) { return view.applications.descriptors_of_others(application); });
  std::vector<std::string> paths = tools.settings.hdfs_refused_roots;
  for (const std::string& text : descriptors) {
    component_record other;
    other.descriptors = text;
    for (hdfs_directory& directory : directories_of(other)) paths.push_back(directory.path);
  }
  return paths;
}

std::string for_user(std::string root, const std::string& user) {
  constexpr std::string_view name = "${user}";
  if (const auto at = root.find(name); at != std::string::npos) root.replace(at, name.size(), user);
  return root;
}

bool is_below_roots(const configuration& settings, const std::string& path,
                    const std::string& owner) {
  return std::any_of(
      settings.hdfs_directory_roots.begin(), settings.hdfs_directory_roots.end(),
      [&](const std::string& root) { return is_same_or_above(for_user(root, owner), path); });
}

// All levels that were made, but for those above the roots: they are nobody's.
void give_made_levels(const application_tools& tools, const hdfs_directory& directory,
                      const std::string& owner, cancellation& cancel) {
  if (directory.made_from.empty()) return;
  const std::size_t highest = path_parts(directory.made_from).size();
  for (std::size_t levels = path_parts(directory.path).size(); levels >= highest; --levels) {
    const std::string path = leading_path(directory.path, levels);
    if (!is_below_roots(tools.settings, path, owner)) return;
    give_to(tools, path, owner, cancel);
  }
}

// What was made for one application and goes on being used by another one of the same user is from
// now on as if it had been made for that one, whose destruction then deletes it. Another user's
// application never gets the right to delete it.
void hand_over(const application_tools& tools, const operation_record& operation,
               const std::string& application, const std::string& user, const hdfs_directory& made,
               operation_context& context) {
  record_patiently(tools.memory, context.shutdown, operation.id, [&](registry_view& view) {
    for (const component_record& other :
         view.applications.components_of_others(application, user)) {
      auto directories = directories_of(other);
      bool changed = false;
      for (hdfs_directory& directory : directories) {
        if (!is_same_or_above(made.made_from, directory.path)) continue;
        if (!directory.made_from.empty() && is_same_or_above(directory.made_from, made.made_from))
          continue;
        directory.made_from = made.made_from;
        changed = true;
      }
      if (changed) view.applications.set_descriptors(other, descriptors_text(directories));
    }
  });
}

}  // namespace

std::vector<hdfs_directory> directories_of(const component_record& component) {
  const auto descriptors =
      json::parse_or_throw(component.descriptors, "the registry's component descriptors");
  const json::value* list = json::find(descriptors, "hdfs.json");
  return list == nullptr ? std::vector<hdfs_directory>() : hdfs_directories_from(*list);
}

std::string descriptors_text(const std::vector<hdfs_directory>& directories) {
  json::document descriptors = json::make_object();
  if (!directories.empty()) {
    auto& memory = descriptors.GetAllocator();
    json::set(descriptors, "hdfs.json", json::copy(to_json(directories), memory), memory);
  }
  return json::to_text(descriptors);
}

void find_missing_levels(const application_tools& tools, std::vector<hdfs_directory>& directories,
                         const std::vector<hdfs_directory>& earlier, cancellation& cancel) {
  for (hdfs_directory& directory : directories) {
    const auto known = std::find_if(earlier.begin(), earlier.end(), [&](const auto& other) {
      return other.path == directory.path && !other.made_from.empty();
    });
    if (known != earlier.end()) {
      directory.made_from = known->made_from;
      continue;
    }
    const std::size_t depth = path_parts(directory.path).size();
    for (std::size_t levels = depth; levels > 0; --levels) {
      const std::string path = leading_path(directory.path, levels);
      if (tools.hdfs.exists(path, cancel)) break;
      directory.made_from = path;
    }
  }
}

void make_directories(const application_tools& tools,
                      const std::vector<hdfs_directory>& directories, const std::string& owner,
                      cancellation& cancel) {
  for (const hdfs_directory& directory : directories) {
    if (tools.hdfs.exists(directory.path, cancel)) continue;
    try {
      tools.hdfs.make_directories(directory.path, owner, cancel);
      continue;
    } catch (const failure& problem) {
      if (problem.kind() != failure_kind::forbidden) throw;
      if (!is_below_roots(tools.settings, directory.path, owner)) {
        throw failure(failure_kind::forbidden,
                      fmt::format("{}. With more rights than {} has, directories are made below "
                                  "hdfs_directory_roots of the configuration only ({}): make it "
                                  "beforehand, or have that list extended",
                                  problem.what(), owner,
                                  fmt::join(tools.settings.hdfs_directory_roots, ", ")));
      }
    }
    tools.hdfs.make_directories(directory.path, tools.hdfs.user(), cancel);
    give_made_levels(tools, directory, owner, cancel);
  }
}

void unmake_directories(const application_tools& tools,
                        const std::vector<hdfs_directory>& directories, cancellation& cancel) {
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    if (directory->made_from.empty()) continue;
    const std::size_t highest = path_parts(directory->made_from).size();
    for (std::size_t levels = path_parts(directory->path).size(); levels >= highest; --levels) {
      try {
        tools.hdfs.remove(leading_path(directory->path, levels), false, tools.hdfs.user(), cancel);
      } catch (const failure& problem) {
        // Not empty: somebody uses it by now, so it is no longer only ours to unmake.
        if (problem.kind() != failure_kind::forbidden) throw;
        break;
      }
    }
  }
}

std::vector<std::string> delete_directories(const application_tools& tools,
                                            const operation_record& operation,
                                            const component_record& component,
                                            const std::string& owner, operation_context& context) {
  std::vector<std::string> stayed;
  const auto directories = directories_of(component);
  if (directories.empty()) return stayed;
  const auto kept = paths_to_keep(tools, component.application);
  for (const hdfs_directory& directory : directories) {
    if (directory.delete_levels <= 0) continue;
    const std::string target = deletion_target(directory, kept);
    if (target != deletion_target(directory, {})) {
      stayed.push_back(fmt::format(
          "{}: levels of {} stay, another application uses them, or they hold components' state",
          shown(component), directory.path));
      if (!directory.made_from.empty()) {
        hand_over(tools, operation, component.application, owner, directory, context);
      }
    }
    if (target.empty()) continue;
    const bool ours = !directory.made_from.empty() && is_same_or_above(directory.made_from, target);
    const std::string& as = ours ? tools.hdfs.user() : owner;
    try {
      tools.hdfs.remove(target, true, as, context.cancel);
      log::info("event=hdfs_deleted application={} component={} path={} as={}",
                component.application, component.name, target, as);
    } catch (const failure& problem) {
      // What was there before the application, and is not its owner's to delete, stays.
      if (problem.kind() != failure_kind::forbidden || ours) throw;
      stayed.push_back(fmt::format("{}: {} stays: {}", shown(component), target, problem.what()));
    }
  }
  return stayed;
}

}  // namespace manager
