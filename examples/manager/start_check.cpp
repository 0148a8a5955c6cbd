// What a start would fail at.
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
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

// A copy is opened, with its log: opening the file itself would write to it.
void check_registry(const configuration& settings, const std::vector<std::string>& types,
                    std::vector<problem>& problems) {
  const auto file = settings.data_root / "registry.sqlite";
  if (!std::filesystem::exists(file)) return;
  try {
    const private_directory aside(settings.stage_root);
    const auto copy = aside.path() / "registry.sqlite";
    std::filesystem::copy_file(file, copy);
    if (const auto log = file.string() + "-wal"; std::filesystem::exists(log)) {
      std::filesystem::copy_file(log, copy.string() + "-wal");
    }
    database registry(copy);
    check_schema(registry);
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

void check_port_file(const configuration& settings, std::vector<problem>& problems) {
  if (settings.port_file.empty()) return;
  const auto parent = settings.port_file.parent_path();
  if (::access(parent.c_str(), W_OK | X_OK) == 0) return;
  problems.push_back({"$.port_file", settings.port_file.string(),
                      "a file in a directory that is there and writable",
                      std::generic_category().message(errno)});
}

void check_admin_group(const configuration& settings, std::vector<problem>& problems) {
  const std::string& group = settings.access.admin_group;
  if (group.empty() || ::getgrnam(group.c_str()) != nullptr) return;
  if (group == "admin") return;  // the default, which Debian does not have
  problems.push_back({"$.admin_group", group, "a group of this machine",
                      "there is no such group, so nobody would be in it"});
}

}  // namespace

void check_start(const configuration& settings, const std::vector<std::string>& types,
                 std::vector<problem>& problems) {
  check_registry(settings, types, problems);
  check_port_file(settings, problems);
  check_admin_group(settings, problems);
}

}  // namespace manager
