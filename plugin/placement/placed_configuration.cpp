// The configuration directory of a component's client.
// SPDX-License-Identifier: Apache-2.0
#include "placement/placed_configuration.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>  // renameat2

#include "io/directory.h"
#include "io/hash.h"
#include "placement/directory_at.h"

namespace dm::placement {

namespace {

constexpr mode_t directory_mode = 0750;
constexpr mode_t file_mode = 0640;
constexpr io::milliseconds removal_limit{10'000};
const std::string being_built = "conf.new-";
const std::string being_removed = "conf.old-";

// Of a process that was killed.
void remove_left_over(int directory) {
  const auto names = io::entries_of(directory, "conf");
  for (const std::string& name : names ? *names : std::vector<std::string>()) {
    if (name.starts_with(being_built) || name.starts_with(being_removed))
      static_cast<void>(io::remove_tree(io::operation::within(removal_limit), directory, name));
  }
}

std::string target_of(const package::client_configuration& planned, const std::string& name) {
  return planned.source + "/" + name;
}

bool same_link(int directory, const std::string& name, const std::string& target) {
  std::array<char, PATH_MAX> found{};
  const ssize_t length = ::readlinkat(directory, name.c_str(), found.data(), found.size());
  return length >= 0 && std::string_view(found.data(), static_cast<std::size_t>(length)) == target;
}

bool same_file(int directory, const std::string& name, const std::string& content) {
  const io::unique_fd file(
      ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) return false;
  std::string found(content.size() + 1, '\0');
  const ssize_t length = ::pread(file.get(), found.data(), found.size(), 0);
  return length == static_cast<ssize_t>(content.size()) &&
         std::equal(content.begin(), content.end(), found.begin());
}

bool as_planned(int parent, const package::client_configuration& planned) {
  const auto directory = open_directory_at(parent, "conf");
  if (!directory) return false;
  const auto names = io::entries_of(directory->get(), "conf");
  if (!names || names->size() != planned.links.size() + planned.files.size()) return false;
  return std::all_of(planned.links.begin(), planned.links.end(),
                     [&](const std::string& name) {
                       return same_link(directory->get(), name, target_of(planned, name));
                     }) &&
         std::all_of(planned.files.begin(), planned.files.end(), [&](const auto& file) {
           return same_file(directory->get(), file.first, file.second);
         });
}

result<void> fill(int directory, const package::client_configuration& planned,
                  io::file_owner owner) {
  for (const std::string& name : planned.links) {
    if (::symlinkat(target_of(planned, name).c_str(), directory, name.c_str()) != 0)
      return fail(io::errno_error(errno, "make the link", "conf/" + name));
  }
  for (const auto& [name, content] : planned.files) {
    if (auto written = io::write_file(directory, name, content, file_mode, owner); !written)
      return written;
  }
  if (::fchown(directory, owner.user, owner.group) != 0)
    return fail(io::errno_error(errno, "set the owner of", "conf"));
  if (::fchmod(directory, directory_mode) != 0)
    return fail(io::errno_error(errno, "set the mode of", "conf"));
  if (::fsync(directory) != 0) return fail(io::errno_error(errno, "sync", "conf"));
  return {};
}

// To its place; what was there gets the temporary name.
result<void> swap_in(int parent, const std::string& temporary) {
  if (::renameat2(parent, temporary.c_str(), parent, "conf", RENAME_EXCHANGE) == 0) return {};
  if (errno == EINVAL || errno == ENOSYS) {
    // A file system without exchange: for a moment there is none, and a client that begins just
    // then is started again by its guard.
    const std::string old = being_removed + io::random_hex(8);
    if (::renameat(parent, "conf", parent, old.c_str()) != 0 && errno != ENOENT)
      return fail(io::errno_error(errno, "move aside", "conf"));
    if (::renameat(parent, temporary.c_str(), parent, "conf") == 0) {
      static_cast<void>(io::remove_tree(io::operation::within(removal_limit), parent, old));
      return {};
    }
  }
  if (errno == ENOENT && ::renameat(parent, temporary.c_str(), parent, "conf") == 0) return {};
  return fail(io::errno_error(errno, "make", "conf"));
}

}  // namespace

result<bool> place_configuration(int directory, const package::client_configuration& planned,
                                 io::file_owner owner) {
  if (as_planned(directory, planned)) return false;
  remove_left_over(directory);
  const std::string temporary = being_built + io::random_hex(8);
  if (::mkdirat(directory, temporary.c_str(), 0700) != 0)
    return fail(io::errno_error(errno, "make the directory", temporary));
  auto made = open_directory_at(directory, temporary);
  result<void> placed =
      made ? fill(made->get(), planned, owner) : result<void>(fail(std::move(made.error())));
  if (placed) placed = swap_in(directory, temporary);
  static_cast<void>(io::remove_tree(io::operation::within(removal_limit), directory, temporary));
  if (!placed) return fail(std::move(placed.error()));
  return true;
}

}  // namespace dm::placement
