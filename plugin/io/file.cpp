// Files of the edge node without races: directories by descriptor, no symbolic link followed,
// written whole or not at all.
// SPDX-License-Identifier: Apache-2.0
#include "io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>  // renameat2
#include <cstring>
#include <optional>

#include "io/directory.h"
#include "io/hash.h"

namespace dm::io {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// Not derived from the final name: that may already be as long as a name can be.
std::string temporary_name() { return ".tmp-" + random_hex(8); }

bool is_one_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

result<void> require_one_name(const std::string& name) {
  if (is_one_name(name)) return {};
  return fail(status_code::invalid_argument,
              "'" + first_line(name) + "' is not the name of one file");
}

// errno of the first step that fails, 0 when all went well.
int give(int descriptor, mode_t mode, file_owner owner) {
  constexpr file_owner keep;
  if ((owner.user != keep.user || owner.group != keep.group) &&
      ::fchown(descriptor, owner.user, owner.group) != 0) {
    return errno;
  }
  return ::fchmod(descriptor, mode) == 0 ? 0 : errno;  // after fchown, and whatever the umask is
}

int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// A new directory appears under its name with its mode and owner, so that one killed half-way
// leaves no directory that a later call would take as it is (INV-5).
result<unique_fd> make_directory(int parent, const std::string& name, mode_t mode,
                                 file_owner owner) {
  const std::string temporary = temporary_name();
  if (::mkdirat(parent, temporary.c_str(), 0700) != 0) {
    return fail(errno_error(errno, "make the directory", name));
  }
  unique_fd made(::openat(parent, temporary.c_str(), directory_flags));
  int problem = made ? give(made.get(), mode, owner) : errno;
  if (problem == 0 &&
      ::renameat2(parent, temporary.c_str(), parent, name.c_str(), RENAME_NOREPLACE) != 0) {
    problem = errno;
    // A file system without RENAME_NOREPLACE: a plain rename replaces an empty directory at most.
    if (problem == EINVAL || problem == ENOSYS) {
      problem = ::renameat(parent, temporary.c_str(), parent, name.c_str()) == 0 ? 0 : errno;
    }
  }
  if (problem == 0) return made;
  ::unlinkat(parent, temporary.c_str(), AT_REMOVEDIR);
  // Somebody else was faster: theirs is as good.
  if (problem == EEXIST || problem == ENOTEMPTY) {
    unique_fd theirs(::openat(parent, name.c_str(), directory_flags));
    if (theirs) return theirs;
    problem = errno;
  }
  return fail(errno_error(problem, "make the directory", name));
}

}  // namespace

unique_fd& unique_fd::operator=(unique_fd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

unique_fd::~unique_fd() {
  if (fd_ >= 0) ::close(fd_);
}

error errno_error(int number, std::string_view tried, std::string_view path) {
  error e;
  std::string said = std::strerror(number);
  switch (number) {
    case ENOENT:
      e.code = status_code::not_found;
      break;
    case EACCES:
    case EPERM:
      e.code = status_code::permission_denied;
      break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
      e.code = status_code::resource_exhausted;
      break;
    case EEXIST:
      e.code = status_code::already_exists;
      break;
    case ELOOP:
      e.code = status_code::failed_precondition;
      said = "it is a symbolic link, and none is followed here";
      break;
    default:
      e.code = status_code::internal;
  }
  e.message = "cannot " + std::string(tried) + " " + first_line(path, 1024) + ": " + said;
  return e;
}

result<unique_fd> open_directory(const std::string& path) {
  unique_fd directory(::open(path.c_str(), directory_flags));
  if (directory) return directory;
  int problem = errno;
  // With O_DIRECTORY the kernel calls a link "not a directory".
  struct stat status {};
  if (problem == ENOTDIR && ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    problem = ELOOP;
  }
  return fail(errno_error(problem, "open the directory", path));
}

result<unique_fd> make_directories(const std::string& root, const std::vector<std::string>& names,
                                   mode_t mode, file_owner owner) {
  auto parent = open_directory(root);
  if (!parent) return parent;
  std::string path = root;
  for (const std::string& name : names) {
    if (auto valid = require_one_name(name); !valid) return fail(std::move(valid.error()));
    path += '/';
    path += name;
    unique_fd next(::openat(parent->get(), name.c_str(), directory_flags));
    if (!next && errno == ENOENT) {
      auto made = make_directory(parent->get(), name, mode, owner);
      if (!made)
        return fail_while("below " + path.substr(0, path.rfind('/')), std::move(made.error()));
      next = std::move(*made);
    }
    if (!next) {
      const int problem = errno;
      struct stat status {};
      const bool link = ::fstatat(parent->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                        S_ISLNK(status.st_mode);
      return fail(errno_error(link ? ELOOP : problem, "use the directory", path));
    }
    *parent = std::move(next);
  }
  return parent;
}

result<void> write_file(int directory, const std::string& name, std::string_view content,
                        mode_t mode, file_owner owner) {
  if (auto valid = require_one_name(name); !valid) return valid;
  const std::string temporary = temporary_name();
  const unique_fd file(::openat(directory, temporary.c_str(),
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return fail(errno_error(errno, "create the file", name));
  int problem = write_all(file.get(), content);
  if (problem == 0) problem = give(file.get(), mode, owner);
  if (problem == 0 && ::fsync(file.get()) != 0) problem = errno;
  if (problem == 0 && ::renameat(directory, temporary.c_str(), directory, name.c_str()) != 0) {
    problem = errno;
  }
  if (problem != 0) {
    ::unlinkat(directory, temporary.c_str(), 0);
    return fail(errno_error(problem, "write the file", name));
  }
  // The name is there; that it stays there after a power cut is the directory's own entry.
  if (::fsync(directory) != 0) return fail(errno_error(errno, "sync the directory of", name));
  return {};
}

result<std::string> read_file(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO would wait for its writer.
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return fail(errno_error(errno, "open", path));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(errno_error(errno, "look at", path));
  if (!S_ISREG(status.st_mode)) {
    return fail(status_code::failed_precondition,
                "cannot read " + path + ": it is not a regular file");
  }
  std::string content;
  std::vector<char> buffer(std::size_t{16} << 10);
  for (;;) {
    const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(errno_error(errno, "read", path));
    if (size == 0) return content;
    if (content.size() + static_cast<std::size_t>(size) > limit) {
      return fail(status_code::resource_exhausted,
                  "cannot read " + path + ": it is larger than the " + std::to_string(limit) +
                      " bytes that are accepted");
    }
    content.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace dm::io
