// Directories of this node without a component, records without directories, and what an
// interrupted create or destroy has left.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "component/observation.h"
#include "housekeeping/finders.h"
#include "io/directory.h"
#include "package/component_layout.h"
#include "placement/component_files.h"
#include "placement/directory_at.h"

namespace dm::housekeeping {

using component::component_name;

namespace {

constexpr kind of_files = kind::files_without_component;

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// Its program file: where this plugin would write it, or where its data says that it was written.
bool has_program_file(scene& s, const known_component& one) {
  return is_there(package::layout_of(s.settings(), one.name()).program_file) ||
         (!one.data.program_file.empty() && is_there(one.data.program_file));
}

// Nothing can bring it up any more, and nothing of it lives: asked anew before it is removed.
result<std::optional<std::string>> still_needed(scene& s, const io::operation& op,
                                                const known_component& one) {
  using needed = std::optional<std::string>;
  if (has_program_file(s, one)) return needed("it has a program file");
  auto process = s.session.supervisor().process(op, component::program_name(one.name()));
  if (!process) return fail(std::move(process.error()));
  if (*process) return needed("supervisord knows its program");
  auto listing =
      s.session.yarn_for(one.data.user).find_confirmed(op, component::component_tag(one.data.id));
  if (!listing) return fail(std::move(listing.error()));
  if (auto counts = witnesses::absence_counts(*listing); !counts)
    return fail(std::move(counts.error()));
  for (const cluster::yarn_application& application : listing->applications) {
    if (!application.terminal()) return needed(application.id + " lives");
  }
  return needed();
}

removal directory_removal(scene& s, const known_component& one) {
  return [&s, &one](const io::operation& op) -> result<bool> {
    auto lock =
        placement::application_lock::take_existing(s.settings(), s.session.http(), op, one.name());
    if (!lock) return fail(std::move(lock.error()));
    if (!*lock) return false;
    auto needed = still_needed(s, op, one);
    if (!needed) return fail(std::move(needed.error()));
    if (*needed) return needed_by_now(**needed);
    auto removed = placement::remove_component_directory(op, **lock, one.name());
    if (!removed) return removed;
    auto tidied = placement::remove_empty_parents(s.settings(), op, std::move(*lock), one.name());
    if (!tidied) return fail(std::move(tidied.error()));
    return removed;
  };
}

// alone: only while there is no component of the name.
removal remains_removal(scene& s, const component_name& name, const std::string& remains,
                        const struct stat& seen, bool alone) {
  return [&s, name, remains, seen, alone](const io::operation& op) -> result<bool> {
    auto lock =
        placement::application_lock::take_existing(s.settings(), s.session.http(), op, name);
    if (!lock) return fail(std::move(lock.error()));
    if (!*lock) return false;
    struct stat status {};
    if (alone && ::fstatat((*lock)->application(), name.component.c_str(), &status,
                           AT_SYMLINK_NOFOLLOW) == 0)
      return needed_by_now("the component has been laid out");
    if (::fstatat((*lock)->application(), remains.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        (status.st_ino != seen.st_ino || status.st_mtime != seen.st_mtime))
      return needed_by_now("it is not the directory any more that was looked at");
    auto removed = io::remove_tree(op, (*lock)->application(), remains);
    if (!removed) return removed;
    auto tidied = placement::remove_empty_parents(s.settings(), op, std::move(*lock), name);
    if (!tidied) return fail(std::move(tidied.error()));
    return removed;
  };
}

entry about(const component_name& name, kind of, const std::string& path) {
  entry one;
  one.kind = of;
  one.key = path;
  one.path = path;
  one.application = name.application;
  one.component = name.component;
  return one;
}

void find_directory(scene& s, const io::operation& op, inventory& found,
                    const known_component& one) {
  const package::component_layout layout = package::layout_of(s.settings(), one.name());
  entry leftover = about(one.name(), of_files, layout.directory);
  leftover.what =
      fmt::format("the directory of {}, of which the host has no record", one.name().text());
  struct stat status {};
  if (::lstat(layout.directory.c_str(), &status) != 0) return;
  leftover.modified_ms = static_cast<std::int64_t>(status.st_mtime) * 1000;
  if (has_program_file(s, one)) {
    leftover.why =
        "it is a whole component, with its program: have the host adopt it, or destroy it";
    return found.add(std::move(leftover));
  }
  if (!s.old_enough(of_files, leftover.modified_ms)) return;
  if (one.data.user.empty()) {
    leftover.why =
        "whose it is cannot be read in it, so it is not known whether a job lives: look "
        "into it, and delete it by hand";
    return found.add(std::move(leftover));
  }
  const auto& processes = s.asked.processes(op);
  if (!processes) return found.withhold(of_files, processes.error().message);
  const auto& fleet = s.asked.fleet(op, s.request.name_space);
  auto counts = fleet ? witnesses::absence_counts(*fleet) : result<void>(fail(fleet.error()));
  if (!counts) return found.withhold(of_files, counts.error().message);
  const auto groups = component::group_by_epoch(fleet->applications, one.data.id, one.data.user);
  const bool lives = std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
    return !component::live_of(groups, group.first).empty();
  });
  const bool known = std::any_of(processes->begin(), processes->end(), [&](const auto& process) {
    return process.name == component::program_name(one.name());
  });
  if (lives || known) {
    leftover.why = lives
                       ? "an application of it lives: create the component again under its names, "
                         "which finds it, or end the application"
                       : "supervisord still knows its program: have it read its configuration "
                         "again (supervisorctl update)";
    return found.add(std::move(leftover));
  }
  leftover.why = fmt::format("it has no program file, nothing of it lives, and {}",
                             s.aged(leftover.modified_ms));
  leftover.remove = directory_removal(s, one);
  found.add(std::move(leftover));
}

// The logs of a component that was destroyed so that they wait for its next creation.
std::optional<std::string> component_of_logs(std::string_view entry) {
  constexpr std::string_view ending = ".logs";
  if (!entry.ends_with(ending)) return std::nullopt;
  return std::string(entry.substr(0, entry.size() - ending.size()));
}

// An entry of an application's directory that is no component: "<component>.new-<hex>" and
// "<component>.old-<hex>", and "<component>.logs". Whoever makes or removes one holds the
// application's lock, so what is there when nobody holds it is nobody's.
void find_remains_in(scene& s, inventory& found, int directory, const std::string& path,
                     const std::string& application, const std::string& name) {
  const auto interrupted = placement::component_of_remains(name);
  const auto logs = interrupted ? std::nullopt : component_of_logs(name);
  if (!interrupted && !logs) return;
  const component_name of{s.request.name_space, application, interrupted ? *interrupted : *logs};
  struct stat status {};
  if (!component::check_name(of).empty() ||
      ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISDIR(status.st_mode))
    return;
  const std::int64_t modified_ms = static_cast<std::int64_t>(status.st_mtime) * 1000;
  if (!s.old_enough(of_files, modified_ms)) return;
  const known_component* known = s.components.find(of);
  // An upgrade, or whoever creates it anew, wants its logs.
  if (logs && known != nullptr && (known->recorded || known->on_node)) return;
  entry leftover = about(of, of_files, path + "/" + name);
  leftover.what =
      interrupted ? fmt::format("what an interrupted create or destroy has left of {}", of.text())
                  : fmt::format("the logs of {}, which was destroyed", of.text());
  leftover.modified_ms = modified_ms;
  leftover.why = fmt::format("{}, and {}",
                             interrupted ? "it is no component under this name"
                                         : "no component is there that they belong to",
                             s.aged(modified_ms));
  leftover.breaks = interrupted ? "nothing" : "reading what that component's guard and client said";
  leftover.remove = remains_removal(s, of, name, status, logs.has_value());
  found.add(std::move(leftover));
}

void find_remains(scene& s, inventory& found) {
  const std::string& name_space = s.request.name_space;
  const std::string root = s.settings().install_root + "/" + name_space;
  const auto top = open_below(s.settings().install_root, {name_space});
  if (!top) {
    if (top.error().code != status_code::not_found) found.withhold(of_files, top.error().message);
    return;
  }
  auto applications = io::entries_of(top->get(), root);
  if (!applications) return found.withhold(of_files, applications.error().message);
  std::sort(applications->begin(), applications->end());
  for (const std::string& application : *applications) {
    if (!component::check_name({name_space, application, "c"}).empty()) continue;
    const auto directory = placement::open_directory_at(top->get(), application);
    if (!directory) continue;
    const std::string path = root + "/" + application;
    auto names = io::entries_of(directory->get(), path);
    if (!names) {
      found.withhold(of_files, names.error().message);
      continue;
    }
    std::sort(names->begin(), names->end());
    for (const std::string& name : *names)
      find_remains_in(s, found, directory->get(), path, application, name);
  }
}

void find_without_files(scene& s, inventory& found, const known_component& one) {
  const package::component_layout layout = package::layout_of(s.settings(), one.name());
  const bool program = is_there(layout.program_file);
  if (one.on_node && program) return;
  entry told = about(one.name(), kind::record_without_files,
                     one.on_node ? layout.program_file : layout.directory);
  told.what =
      fmt::format("the host has a record of {}, and there is no {}", one.name().text(), told.path);
  told.why = one.on_node
                 ? "destroy it and create it again: its log and savepoints on HDFS stay"
                 : "create it again with the same package and properties, which finds its log and "
                   "savepoints, or destroy it";
  found.add(std::move(told));
}

}  // namespace

void find_stray_files(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(of_files) && !found.wants(kind::record_without_files)) return;
  if (s.components.node_failure) {
    found.withhold(of_files, s.components.node_failure->message);
    found.withhold(kind::record_without_files, s.components.node_failure->message);
    return;
  }
  for (const known_component& one : s.components.all) {
    if (one.on_node && !one.recorded && found.wants(of_files)) find_directory(s, op, found, one);
    if (one.recorded && one.has_data && one.of_node(s.settings()))
      find_without_files(s, found, one);
  }
  if (found.wants(of_files)) find_remains(s, found);
}

}  // namespace dm::housekeeping
