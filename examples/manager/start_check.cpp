// What a start would fail at, and what it would go on in spite of.
// SPDX-License-Identifier: Apache-2.0
#include "base/directory_lock.h"
#include "configuration/access_configuration.h"
#include "configuration/listen_configuration.h"
#include "manager.h"
#include "registry/application_store.h"
#include "registry/database.h"
#include "registry/schema.h"

#include <fmt/format.h>

#include <grp.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <system_error>

namespace manager {
namespace {

// Of a file that a start makes, or replaces.
void check_file(std::string_view key, const std::filesystem::path& file, bool replaced,
                std::vector<problem>& problems) {
  if (file.empty()) return;
  const auto refuse = [&](const std::string& why) {
    problems.push_back({fmt::format("$.{}", key), file.string(),
                        "a file in a directory that is there and writable", why});
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return refuse("is a directory");
  const auto parent = file.parent_path();
  if (!std::filesystem::is_directory(parent, ignored)) {
    return refuse(fmt::format("{} is no directory", parent.string()));
  }
  const bool written = !replaced && std::filesystem::exists(file, ignored);
  const auto& tried = written ? file : parent;
  if (::access(tried.c_str(), written ? W_OK : W_OK | X_OK) == 0) return;
  refuse(fmt::format("{}: {}", tried.string(), std::generic_category().message(errno)));
}

bool runs_already(const configuration& settings) { return is_locked(settings.data_root); }

}  // namespace

void check_start(const configuration& settings, std::vector<problem>& problems) {
  check_paths(settings, problems);
  check_listeners(settings, runs_already(settings), problems);
  check_access(settings, problems);
  check_file("port_file", settings.port_file, true, problems);
  check_file("log_file", settings.log_file, false, problems);
}

void check_rest(const configuration& settings, std::vector<problem>& problems) {
  std::vector<problem> more;
  check_start(settings, more);
  const std::vector<problem> known = problems;
  const auto named = [&](std::string_view path) {
    return std::any_of(known.begin(), known.end(),
                       [&](const problem& one) { return one.path.starts_with(path); });
  };
  for (problem& one : more) {
    // What was read in place of a value that is wrong is not to be blamed, nor what follows from
    // it.
    const bool of_data_root = one.path == "$.stage_root" || one.path == "$.package_repository";
    const bool of_listeners = one.path.starts_with("$.listen");
    if (named(one.path) || (of_data_root && named("$.data_root")) ||
        (of_listeners && named("$.listen"))) {
      continue;
    }
    problems.push_back(std::move(one));
  }
}

void check_registry(const configuration& settings, const std::vector<std::string>& types,
                    std::vector<problem>& problems) {
  const auto file = settings.data_root / "registry.sqlite";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return;
  try {
    database registry = database::to_look_at(file);
    check_schema(registry);
    if (schema_version(registry) == 0) return;  // nothing is in it yet
    for (const std::string& type : application_store(registry).types()) {
      if (std::find(types.begin(), types.end(), type) != types.end()) continue;
      problems.push_back(
          {"$.plugins_path", settings.plugins_path.string(),
           fmt::format("a plugin for component type {}", type),
           "the registry has components of it, whose operations would have to wait"});
    }
  } catch (const std::exception& problem) {
    problems.push_back(
        {"$.data_root", file.string(), "a registry of this version", problem.what()});
  }
}

std::vector<problem> start_warnings(const configuration& settings) {
  std::vector<problem> warnings;
  if (runs_already(settings)) {
    warnings.push_back({"$.data_root", settings.data_root.string(), "",
                        "a Deployment Manager runs on it; addresses that are in use are taken to "
                        "be its own"});
  }
  warn_of_listeners(settings, warnings);
  const std::string& group = settings.access.admin_group;
  if (!group.empty() && ::getgrnam(group.c_str()) == nullptr) {
    warnings.push_back({"$.admin_group", group, "a group of this machine, or \"\" for none",
                        "there is no such group, so nobody administers by being in it"});
  }
  return warnings;
}

}  // namespace manager
