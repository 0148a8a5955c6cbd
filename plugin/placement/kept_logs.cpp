// The logs of a component that is removed from its node to be laid out anew.
// SPDX-License-Identifier: Apache-2.0
#include "placement/kept_logs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>  // renameat2

#include <fmt/format.h>

#include "io/directory.h"
#include "placement/directory_at.h"

namespace dm::placement {

namespace {

constexpr const char* logs = "logs";

std::string kept_name(const component::component_name& name) { return name.component + ".logs"; }

bool is_there(int directory, const std::string& name) {
  struct stat status {};
  return ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

// Under the lock nobody else makes the name.
result<void> move_unless_there(int from, const std::string& name, int to,
                               const std::string& new_name) {
  if (is_there(to, new_name))
    return fail(io::errno_error(EEXIST, "move aside", fmt::format("{} to {}", name, new_name)));
  if (::renameat(from, name.c_str(), to, new_name.c_str()) == 0) return {};
  return fail(io::errno_error(errno, "move", fmt::format("{} to {}", name, new_name)));
}

// They wait from now on, however long ago their last file was made: housekeeping goes by that.
void note_begin(int application, const std::string& kept) {
  static_cast<void>(::utimensat(application, kept.c_str(), nullptr, AT_SYMLINK_NOFOLLOW));
}

// What has the same name in both stays where it is, unless it is to be replaced.
result<void> move_entries(int from, int to, bool replace) {
  const auto names = io::entries_of(from, logs);
  if (!names) return fail(names.error());
  for (const std::string& name : *names) {
    if (!replace && is_there(to, name)) continue;
    if (::renameat(from, name.c_str(), to, name.c_str()) == 0 || errno == ENOENT) continue;
    // A folder that stands in the way of a file: none of ours.
    if (errno == EISDIR || errno == ENOTDIR || errno == ENOTEMPTY || errno == EEXIST) continue;
    return fail(io::errno_error(errno, "move the log", name));
  }
  return {};
}

result<std::optional<io::unique_fd>> open_if_there(int parent, const std::string& name) {
  auto opened = open_directory_at(parent, name);
  if (opened) return std::optional(std::move(*opened));
  if (opened.error().code == status_code::not_found) return std::optional<io::unique_fd>();
  return fail(std::move(opened.error()));
}

}  // namespace

result<bool> set_logs_aside(const application_lock& lock, const component::component_name& name) {
  auto component = open_if_there(lock.application(), name.component);
  if (!component) return fail(std::move(component.error()));
  if (!*component) return false;
  auto own = open_if_there((*component)->get(), logs);
  if (!own) return fail(std::move(own.error()));
  if (!*own) return false;
  if (auto moved =
          move_unless_there((*component)->get(), logs, lock.application(), kept_name(name));
      moved) {
    note_begin(lock.application(), kept_name(name));
    return true;
  } else if (!is_there(lock.application(), kept_name(name))) {
    return fail(std::move(moved.error()));
  }
  // Of a creation that had not taken them back: these are newer.
  auto kept = open_directory_at(lock.application(), kept_name(name));
  if (!kept) return fail(std::move(kept.error()));
  if (auto moved = move_entries((*own)->get(), kept->get(), true); !moved)
    return fail(std::move(moved.error()));
  note_begin(lock.application(), kept_name(name));
  return true;
}

result<bool> take_logs_back(const io::operation& op, const application_lock& lock,
                            const component::component_name& name, const account& account) {
  auto kept = open_if_there(lock.application(), kept_name(name));
  if (!kept) return fail(std::move(kept.error()));
  if (!*kept) return false;
  auto component = open_directory_at(lock.application(), name.component);
  if (!component) return fail(std::move(component.error()));
  struct stat status {};
  if (::fstat((*kept)->get(), &status) != 0)
    return fail(io::errno_error(errno, "look at", kept_name(name)));
  if (status.st_uid == account.user) {
    // The new ones are empty, unless somebody was here before.
    const bool free = ::unlinkat(component->get(), logs, AT_REMOVEDIR) == 0 || errno == ENOENT;
    if (free) {
      if (::renameat(lock.application(), kept_name(name).c_str(), component->get(), logs) != 0)
        return fail(io::errno_error(errno, "take back", kept_name(name)));
      return true;
    }
    auto own = open_directory_at(component->get(), logs);
    if (!own) return fail(std::move(own.error()));
    if (auto moved = move_entries((*kept)->get(), own->get(), false); !moved)
      return fail(std::move(moved.error()));
    return remove_kept_logs(op, lock, name);
  }
  auto own = open_directory_at(component->get(), logs);
  if (!own) return fail(std::move(own.error()));
  const std::string folder = fmt::format("of-uid-{}", status.st_uid);
  if (is_there(own->get(), folder)) return remove_kept_logs(op, lock, name);
  if (auto moved = move_unless_there(lock.application(), kept_name(name), own->get(), folder);
      !moved)
    return fail(std::move(moved.error()));
  return true;
}

result<bool> remove_kept_logs(const io::operation& op, const application_lock& lock,
                              const component::component_name& name) {
  if (!is_there(lock.application(), kept_name(name))) return false;
  auto removed = io::remove_tree(op, lock.application(), kept_name(name));
  if (!removed) return fail(std::move(removed.error()));
  return true;
}

}  // namespace dm::placement
