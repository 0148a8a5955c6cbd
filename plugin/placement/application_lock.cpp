// The lock under which an application's files are made and removed, and the removal of the
// directories it is on.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "io/directory.h"
#include "placement/component_files.h"
#include "placement/directory_at.h"

namespace dm::placement {

using input::settings;

namespace {

constexpr mode_t parent_mode = 0755;
constexpr io::milliseconds interval{50};

result<void> wait_for(io::http_client& wait, const io::operation& op, int directory, int kind,
                      const std::string& what) {
  while (::flock(directory, kind | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail(io::errno_error(errno, "lock the directory", what));
    if (auto slept = wait.sleep(op, interval); !slept) {
      return fail_while("waiting for another operation on " + what, std::move(slept.error()));
    }
  }
  return {};
}

}  // namespace

result<application_lock> application_lock::take(const settings& settings, io::http_client& wait,
                                                const io::operation& op,
                                                const component::component_name& name) {
  auto taken = lock(settings, wait, op, name, true);
  if (!taken) return fail(std::move(taken.error()));
  return std::move(**taken);
}

result<std::optional<application_lock>> application_lock::take_existing(
    const settings& settings, io::http_client& wait, const io::operation& op,
    const component::component_name& name) {
  return lock(settings, wait, op, name, false);
}

result<std::optional<application_lock>> application_lock::lock(
    const settings& settings, io::http_client& wait, const io::operation& op,
    const component::component_name& name, bool make) {
  const std::string& root_path = settings.install_root;
  const auto root = io::open_directory(root_path);
  if (!root && !make && root.error().code == status_code::not_found) return std::nullopt;
  if (!root) return fail_while("opening install_root", root.error());
  const auto open = [&](int parent, const std::string& entry) {
    return make ? ensure_directory_at(parent, entry, parent_mode)
                : open_directory_at(parent, entry);
  };
  // Whoever removes a directory holds its lock; so a directory whose name still leads to it once
  // its lock is held stays.
  for (;;) {
    auto name_space = open(root->get(), name.name_space);
    if (!name_space && !make && name_space.error().code == status_code::not_found)
      return std::nullopt;
    if (!name_space) return fail_while("in " + root_path, std::move(name_space.error()));
    const std::string path = root_path + "/" + name.name_space;
    if (auto locked = wait_for(wait, op, name_space->get(), LOCK_SH, path); !locked) {
      return fail(std::move(locked.error()));
    }
    if (!leads_to(root->get(), name.name_space, name_space->get())) continue;

    auto application = open(name_space->get(), name.application);
    if (!application && !make && application.error().code == status_code::not_found)
      return std::nullopt;
    if (!application) return fail_while("in " + path, std::move(application.error()));
    if (auto locked =
            wait_for(wait, op, application->get(), LOCK_EX, path + "/" + name.application);
        !locked) {
      return fail(std::move(locked.error()));
    }
    if (!leads_to(name_space->get(), name.application, application->get())) continue;
    return application_lock(std::move(*name_space), std::move(*application));
  }
}

result<void> remove_empty_parents(const settings& settings, const io::operation& op,
                                  std::optional<application_lock> lock,
                                  const component::component_name& name) {
  const auto still_used = [](int problem) {
    return problem == ENOTEMPTY || problem == EEXIST || problem == ENOENT;
  };
  if (lock && ::unlinkat(lock->name_space(), name.application.c_str(), AT_REMOVEDIR) != 0 &&
      !still_used(errno)) {
    return fail(io::errno_error(errno, "remove the directory", name.application));
  }
  lock.reset();
  const auto root = io::open_directory(settings.install_root);
  if (!root && root.error().code == status_code::not_found) return {};
  if (!root) return fail(root.error());
  const auto name_space = open_directory_at(root->get(), name.name_space);
  if (!name_space && name_space.error().code == status_code::not_found) return {};
  if (!name_space) return fail(name_space.error());
  // The namespace's goes only while nobody is at work in it: the slots are everybody's.
  if (::flock(name_space->get(), LOCK_EX | LOCK_NB) != 0) return {};
  if (!leads_to(root->get(), name.name_space, name_space->get())) return {};
  const auto left = io::entries_of(name_space->get(), name.name_space);
  if (!left) return fail(left.error());
  if (left->size() > 1 || (left->size() == 1 && left->front() != ".slots")) return {};
  if (!left->empty()) {
    if (auto removed = io::remove_tree(op, name_space->get(), ".slots"); !removed)
      return fail(std::move(removed.error()));
  }
  if (::unlinkat(root->get(), name.name_space.c_str(), AT_REMOVEDIR) != 0 && !still_used(errno)) {
    return fail(io::errno_error(errno, "remove the directory", name.name_space));
  }
  return {};
}

}  // namespace dm::placement
