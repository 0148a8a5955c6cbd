// Directories by descriptor.
// SPDX-License-Identifier: Apache-2.0
#include "placement/directory_at.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace dm::placement {

namespace {
constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
}  // namespace

result<io::unique_fd> open_directory_at(int parent, const std::string& name) {
  io::unique_fd directory(::openat(parent, name.c_str(), directory_flags));
  if (!directory) return fail(io::errno_error(errno, "open the directory", name));
  return directory;
}

result<io::unique_fd> ensure_directory_at(int parent, const std::string& name, mode_t mode) {
  if (::mkdirat(parent, name.c_str(), mode) != 0 && errno != EEXIST) {
    return fail(io::errno_error(errno, "make the directory", name));
  }
  auto directory = open_directory_at(parent, name);
  if (!directory) return directory;
  struct stat status {};
  if (::fstat(directory->get(), &status) != 0)
    return fail(io::errno_error(errno, "look at the directory", name));
  const mode_t found = status.st_mode & 07777;
  if (status.st_uid == ::geteuid() && (found & mode) != mode &&
      ::fchmod(directory->get(), found | mode) != 0) {
    return fail(io::errno_error(errno, "set the mode of the directory", name));
  }
  return directory;
}

bool leads_to(int parent, const std::string& name, int directory) {
  struct stat named {};
  struct stat open {};
  return ::fstatat(parent, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(directory, &open) == 0 && named.st_dev == open.st_dev &&
         named.st_ino == open.st_ino;
}

}  // namespace dm::placement
