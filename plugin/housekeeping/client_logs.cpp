// Logs of Flink's client on this node, of incarnations before the newest one.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "component/client_log_name.h"
#include "housekeeping/finders.h"
#include "input/text_rules.h"
#include "io/directory.h"

namespace dm::housekeeping {

namespace {

std::vector<std::string> below_root(const component::component_name& name) {
  return {name.name_space, name.application, name.component, "logs"};
}

// The directory is the application user's: a name in it may become anything at any moment.
removal log_removal(scene& s, const component::component_name& component, const std::string& name,
                    const struct stat& seen) {
  return [&s, component, name, seen](const io::operation&) -> result<bool> {
    auto directory = open_below(s.settings().install_root, below_root(component));
    if (!directory) {
      if (directory.error().code == status_code::not_found) return false;
      return fail(std::move(directory.error()));
    }
    struct stat now {};
    if (::fstatat(directory->get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return false;
      return fail(io::errno_error(errno, "look at", name));
    }
    if (!S_ISREG(now.st_mode) || now.st_ino != seen.st_ino || now.st_mtime != seen.st_mtime)
      return needed_by_now("it has been written since it was looked at");
    if (::unlinkat(directory->get(), name.c_str(), 0) == 0) return true;
    if (errno == ENOENT) return false;
    return fail(io::errno_error(errno, "remove", name));
  };
}

void find_of_component(scene& s, const io::operation& op, inventory& found,
                       const known_component& one) {
  const auto directory = open_below(s.settings().install_root, below_root(one.name()));
  if (!directory) {
    if (directory.error().code != status_code::not_found)
      found.withhold(kind::client_log, directory.error().message);
    return;
  }
  const std::string path =
      component::local_directory(s.settings().install_root, one.name()) + "/logs";
  auto names = io::entries_of(directory->get(), path);
  if (!names) return found.withhold(kind::client_log, names.error().message);
  std::sort(names->begin(), names->end());
  for (const std::string& name : *names) {
    const auto epoch = component::epoch_of_client_log(name);
    struct stat status {};
    if (!epoch || ::fstatat(directory->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    const std::int64_t modified_ms = static_cast<std::int64_t>(status.st_mtime) * 1000;
    if (!s.old_enough(kind::client_log, modified_ms)) continue;
    const auto& log = s.asked.log_of(op, one);
    if (!log) return found.withhold(kind::client_log, log.error().message);
    const component::log_record* newest = log->newest_incarnation();
    if (newest == nullptr || *epoch >= newest->number) continue;
    entry leftover;
    leftover.kind = kind::client_log;
    leftover.path = path + "/" + name;
    leftover.key = leftover.path;
    leftover.what = fmt::format("a log of Flink's client of incarnation {}", *epoch);
    leftover.application = one.name().application;
    leftover.component = one.name().component;
    leftover.size_bytes = status.st_size;
    leftover.modified_ms = modified_ms;
    leftover.why = fmt::format("incarnation {} has come after it, and {}", newest->number,
                               s.aged(modified_ms));
    leftover.remove = log_removal(s, one.name(), name, status);
    found.add(std::move(leftover));
  }
}

}  // namespace

void find_client_logs(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::client_log)) return;
  if (s.components.node_failure)
    found.withhold(kind::client_log, s.components.node_failure->message);
  for (const known_component& one : s.components.all) {
    if (one.on_node && one.keeps_log()) find_of_component(s, op, found, one);
  }
}

}  // namespace dm::housekeeping
