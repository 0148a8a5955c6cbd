// The component's files, placed and removed.
// SPDX-License-Identifier: Apache-2.0
#include "placement/component_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>  // renameat2
#include <ctime>
#include <tuple>

#include <fmt/format.h>

#include "component/working_directory.h"
#include "io/directory.h"
#include "io/hash.h"
#include "placement/directory_at.h"
#include "placement/kept_logs.h"
#include "placement/placed_configuration.h"
#include "placement/placed_data.h"

namespace dm::placement {

using input::component_data;
using input::settings;
using package::component_layout;
using package::layout_of;

namespace {

constexpr mode_t directory_mode = 0750;
constexpr mode_t file_mode = 0640;
constexpr std::size_t largest_guard_file = std::size_t{1} << 20;
constexpr std::size_t largest_program_file = std::size_t{1} << 20;
// For removing what was made when the operation that made it has ended.
constexpr io::milliseconds undo_limit{10'000};
constexpr std::string_view resource_name = "application.properties";

std::string being_built(const component::component_name& name) { return name.component + ".new-"; }
std::string being_removed(const component::component_name& name) {
  return name.component + ".old-";
}

// A directory in one that is being built, for the owner and the group alone.
result<io::unique_fd> make_directory(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0700) != 0)
    return fail(io::errno_error(errno, "make the directory", name));
  return open_directory_at(parent, name);
}

result<void> hand_over(int descriptor, const std::string& name, io::file_owner owner, mode_t mode) {
  if (::fchown(descriptor, owner.user, owner.group) != 0)
    return fail(io::errno_error(errno, "set the owner of", name));
  if (::fchmod(descriptor, mode) != 0) return fail(io::errno_error(errno, "set the mode of", name));
  if (::fsync(descriptor) != 0) return fail(io::errno_error(errno, "sync", name));
  return {};
}

// Programs of the original found their package's files in the working directory, and
// application.properties too.
result<void> link_package_files(int work, const component_content& content) {
  const auto link = [&](const std::string& target, const std::string& name) -> result<void> {
    if (::symlinkat(target.c_str(), work, name.c_str()) == 0) return {};
    return fail(io::errno_error(errno, "make the link", "work/" + name));
  };
  for (const std::string& name : content.top_level) {
    if (name == resource_name || component::is_reserved_name(name)) continue;
    if (auto linked = link("../package/" + name, name); !linked) return linked;
  }
  return link("../classpath/" + std::string(resource_name), std::string(resource_name));
}

std::string text_of(const component_data& data) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  input::write(writer, data);
  return std::string(io::text(buffer));
}

result<void> write_data(int directory, const component_data& data, io::file_owner owner) {
  return io::write_file(directory, std::string(data_file_name), text_of(data), file_mode, owner);
}

result<void> fill(const io::operation& op, int directory, const account& account,
                  const component_content& content) {
  const io::file_owner shared{::geteuid(), account.group};
  const io::file_owner own{account.user, account.group};

  auto package = make_directory(directory, "package");
  if (!package) return fail(std::move(package.error()));
  if (auto copied =
          io::copy_tree(op, content.staged_path, package->get(), file_mode, directory_mode, shared);
      !copied) {
    return fail_while("copying the package's files", std::move(copied.error()));
  }
  if (auto done = hand_over(package->get(), "package", shared, directory_mode); !done) return done;

  auto classpath = make_directory(directory, "classpath");
  if (!classpath) return fail(std::move(classpath.error()));
  if (auto written = io::write_file(classpath->get(), std::string(resource_name),
                                    content.application_properties, file_mode, shared);
      !written) {
    return written;
  }
  if (auto done = hand_over(classpath->get(), "classpath", shared, directory_mode); !done)
    return done;

  if (content.configuration) {
    if (auto placed = place_configuration(directory, *content.configuration, shared); !placed)
      return fail(std::move(placed.error()));
  }

  auto work = make_directory(directory, "work");
  if (!work) return fail(std::move(work.error()));
  if (auto linked = link_package_files(work->get(), content); !linked) return linked;
  if (auto done = hand_over(work->get(), "work", own, directory_mode); !done) return done;

  auto logs = make_directory(directory, "logs");
  if (!logs) return fail(std::move(logs.error()));
  if (auto done = hand_over(logs->get(), "logs", own, directory_mode); !done) return done;

  if (auto written = write_data(directory, content.data, shared); !written) return written;
  return io::write_file(directory, "guard.json", component::to_json(content.spec), file_mode,
                        shared);
}

result<void> rename_into_place(int directory, const std::string& from, const std::string& to,
                               const std::string& path) {
  if (::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  int problem = errno;
  // A file system without RENAME_NOREPLACE: under the lock nobody else makes the name, and a plain
  // rename replaces an empty directory at most.
  if (problem == EINVAL || problem == ENOSYS) {
    if (::renameat(directory, from.c_str(), directory, to.c_str()) == 0) return {};
    problem = errno;
  }
  return fail(io::errno_error(problem, "make", path));
}

// Temporary files of a process that was killed while it wrote a program file. Others may be writing
// theirs now.
void remove_stale_temporaries(int directory) {
  constexpr time_t stale_after_s = 600;
  const auto names = io::entries_of(directory, "the program files");
  if (!names) return;
  for (const std::string& name : *names) {
    struct stat status {};
    if (!name.starts_with(".tmp-") || name.size() != 21) continue;
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    if (status.st_uid == ::geteuid() && status.st_mtime + stale_after_s < ::time(nullptr)) {
      static_cast<void>(::unlinkat(directory, name.c_str(), 0));
    }
  }
}

struct split_path {
  std::string directory;
  std::string name;
};
split_path split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

result<std::optional<component::guard_spec>> placed_spec(const component_layout& layout,
                                                         const application_lock& lock) {
  struct stat status {};
  if (::fstatat(lock.application(), split(layout.directory).name.c_str(), &status,
                AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return fail(io::errno_error(errno, "look at", layout.directory));
  }
  auto text = io::read_file(layout.guard_file, largest_guard_file);
  auto spec = text ? component::read_guard_spec(*text)
                   : result<component::guard_spec>(tl::unexpected(text.error()));
  if (spec) return std::optional(std::move(*spec));
  return fail(status_code::failed_precondition,
              fmt::format("{} exists and was not made by this plugin: {}", layout.directory,
                          spec.error().message),
              "destroy the component that it belongs to, or move the directory away");
}

result<void> place_component_directory(const io::operation& op, const component_layout& layout,
                                       const application_lock& lock,
                                       const component::component_name& name,
                                       const account& account, const component_content& content) {
  const std::string temporary = being_built(name) + io::random_hex(8);
  const std::string tried = "making " + layout.directory;
  auto directory = make_directory(lock.application(), temporary);
  if (!directory) return fail_while(tried, std::move(directory.error()));
  result<void> placed = fill(op, directory->get(), account, content);
  if (placed)
    placed =
        hand_over(directory->get(), layout.directory, {::geteuid(), account.group}, directory_mode);
  if (placed)
    placed = rename_into_place(lock.application(), temporary, name.component, layout.directory);
  if (placed && ::fsync(lock.application()) != 0) {
    placed = fail(io::errno_error(errno, "sync the directory of", layout.directory));
    static_cast<void>(remove_component_directory(io::operation::within(undo_limit), lock, name));
  }
  if (placed) return {};
  static_cast<void>(
      io::remove_tree(io::operation::within(undo_limit), lock.application(), temporary));
  return fail_while(tried, std::move(placed.error()));
}

result<bool> refresh_node_files(const component_layout& layout, const account& account,
                                const component::guard_spec& spec, const component_data& data,
                                const std::optional<package::client_configuration>& configuration) {
  const std::string wanted = component::to_json(spec);
  const std::string data_file = layout.directory + "/" + std::string(data_file_name);
  const auto found = io::read_file(layout.guard_file, largest_guard_file);
  const auto found_data = io::read_file(data_file, largest_guard_file);
  const bool guard_differs = !found || *found != wanted;
  const bool data_differs = !found_data || *found_data != text_of(data);
  if (!guard_differs && !data_differs && !configuration) return false;
  auto directory = io::open_directory(layout.directory);
  if (!directory) return fail(std::move(directory.error()));
  const io::file_owner shared{::geteuid(), account.group};
  bool changed = guard_differs || data_differs;
  if (configuration) {
    // Before guard.json, which names it.
    auto placed = place_configuration(directory->get(), *configuration, shared);
    if (!placed) return fail_while("renewing " + layout.conf, std::move(placed.error()));
    changed = changed || *placed;
  }
  if (data_differs) {
    if (auto written = write_data(directory->get(), data, shared); !written)
      return fail_while("renewing " + data_file, std::move(written.error()));
  }
  if (guard_differs) {
    auto written = io::write_file(directory->get(), "guard.json", wanted, file_mode, shared);
    if (!written) return fail_while("renewing " + layout.guard_file, std::move(written.error()));
  }
  return changed;
}

result<void> place_submission_slots(const settings& settings, const application_lock& lock) {
  auto slots = ensure_directory_at(lock.name_space(), ".slots", 0755);
  if (!slots) return fail_while("making the submission slots", std::move(slots.error()));
  for (int i = -1; i < settings.submission_slots; ++i) {
    // Never replaced: somebody may hold a lock on it. Opened by guards before they become their
    // component's user; whoever can open one can take it (D-31). The slot-N of an earlier version
    // stay for its guards, which open them as their users.
    const std::string name = i < 0 ? "turns" : fmt::format("submission-{}", i);
    const io::unique_fd slot(
        ::openat(slots->get(), name.c_str(), O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!slot) return fail(io::errno_error(errno, "make the submission slot", name));
    struct stat status {};
    if (::fstat(slot.get(), &status) != 0)
      return fail(io::errno_error(errno, "look at the submission slot", name));
    if (status.st_uid == ::geteuid() && (status.st_mode & 07777) != 0600 &&
        ::fchmod(slot.get(), 0600) != 0) {
      return fail(io::errno_error(errno, "set the mode of the submission slot", name));
    }
  }
  return {};
}

result<void> write_program_file(const std::string& program_file, const std::string& content) {
  const auto [path, name] = split(program_file);
  const auto directory = io::open_directory(path);
  if (!directory) return fail_while("writing the program file", directory.error());
  remove_stale_temporaries(directory->get());
  struct stat status {};
  if (::fstat(directory->get(), &status) != 0) return fail(io::errno_error(errno, "look at", path));
  // A program's arguments stand in it: for supervisord, which is root's or this user's own, and for
  // the group that the administrator has given the directory to (INV-7).
  io::file_owner owner;
  if (::geteuid() == 0) owner.group = status.st_gid;
  if (auto written = io::write_file(directory->get(), name, content, 0640, owner); !written) {
    return fail_while("writing the program file " + program_file, std::move(written.error()));
  }
  return {};
}

std::optional<std::string> read_program_file(const component_layout& layout) {
  auto text = io::read_file(layout.program_file, largest_program_file);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

result<bool> remove_program_file(const component_layout& layout) {
  const auto [path, name] = split(layout.program_file);
  const auto directory = io::open_directory(path);
  if (!directory) {
    if (directory.error().code == status_code::not_found) return false;
    return fail(directory.error());
  }
  remove_stale_temporaries(directory->get());
  if (::unlinkat(directory->get(), name.c_str(), 0) != 0) {
    if (errno == ENOENT) return false;
    return fail(io::errno_error(errno, "remove the program file", layout.program_file));
  }
  if (::fsync(directory->get()) != 0) return fail(io::errno_error(errno, "sync", path));
  return true;
}

result<bool> remove_component_directory(const io::operation& op, const application_lock& lock,
                                        const component::component_name& name) {
  bool removed = false;
  // Renamed first: a directory that is half removed must not be taken for a component.
  const std::string aside = being_removed(name) + io::random_hex(8);
  if (::renameat(lock.application(), name.component.c_str(), lock.application(), aside.c_str()) ==
      0) {
    removed = true;
  } else if (errno != ENOENT) {
    return fail(io::errno_error(errno, "move aside", name.text()));
  }
  auto names = io::entries_of(lock.application(), name.application);
  if (!names) return fail(std::move(names.error()));
  for (const std::string& entry : *names) {
    if (!entry.starts_with(being_built(name)) && !entry.starts_with(being_removed(name))) continue;
    auto gone = io::remove_tree(op, lock.application(), entry);
    if (!gone)
      return fail_while("removing what is left of " + name.text(), std::move(gone.error()));
    removed = true;
  }
  return removed;
}

std::optional<std::string> component_of_remains(std::string_view entry) {
  // The dot is in no component's name.
  const std::size_t dot = entry.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const component::component_name name{"", "", std::string(entry.substr(0, dot))};
  if (!entry.starts_with(being_built(name)) && !entry.starts_with(being_removed(name)))
    return std::nullopt;
  return name.component;
}

result<void> check_places(const settings& settings, const component_data& data) {
  const component_layout layout = layout_of(settings, data.name);
  for (const auto& [found, expected, setting] :
       {std::tuple(data.directory, layout.directory, "install_root"),
        std::tuple(data.program_file, layout.program_file, "supervisor_config_dir")}) {
    if (found.empty() || found == expected) continue;
    return fail(
        status_code::failed_precondition,
        fmt::format(
            "{} was made at {}, and the setting {} now leads to {}; nothing was changed there",
            data.name.text(), found, setting, expected),
        fmt::format("set {} back to what it was when the component was created", setting));
  }
  return {};
}

result<bool> remove_component_files(const settings& settings, io::http_client& wait,
                                    const io::operation& op, const component_data& data,
                                    bool keep_logs) {
  const component_layout layout = layout_of(settings, data.name);
  const std::string tried = "removing the files of " + data.name.text();
  if (auto ours = check_places(settings, data); !ours) return fail_while(tried, ours.error());
  auto program = remove_program_file(layout);
  if (!program) return fail_while(tried, std::move(program.error()));
  auto lock = application_lock::take_existing(settings, wait, op, data.name);
  if (!lock) return fail_while(tried, std::move(lock.error()));
  bool removed = *program;
  if (lock->has_value()) {
    op.progress("files", "removing the component's files");
    auto logs =
        keep_logs ? set_logs_aside(**lock, data.name) : remove_kept_logs(op, **lock, data.name);
    if (!logs) return fail_while(tried, std::move(logs.error()));
    removed = removed || (*logs && !keep_logs);
    auto directory = remove_component_directory(op, **lock, data.name);
    if (!directory) return fail_while(tried, std::move(directory.error()));
    removed = removed || *directory;
  }
  if (auto parents = remove_empty_parents(settings, op, std::move(*lock), data.name); !parents) {
    return fail_while(tried, std::move(parents.error()));
  }
  return removed;
}

}  // namespace dm::placement
