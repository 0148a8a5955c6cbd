// Files of the edge node without races: directories by descriptor, no symbolic link followed,
// written whole or not at all.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/operation.h"

namespace dm::io {

// A descriptor that closes itself.
class unique_fd {
 public:
  unique_fd() = default;
  explicit unique_fd(int fd) : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept;
  ~unique_fd();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct file_owner {
  uid_t user = static_cast<uid_t>(-1);  // -1: as it is
  gid_t group = static_cast<gid_t>(-1);
};

// An error for errno: "cannot <tried> <path>: <text>", with ENOENT NOT_FOUND, EACCES/EPERM
// PERMISSION_DENIED, ENOSPC/EDQUOT/EFBIG/EMFILE/ENFILE RESOURCE_EXHAUSTED, EEXIST ALREADY_EXISTS,
// ELOOP (a link where none is followed) FAILED_PRECONDITION, else INTERNAL.
error errno_error(int number, std::string_view tried, std::string_view path);

// Opens a directory, following no link in its last component. All errors by errno_error.
result<unique_fd> open_directory(const std::string& path);
// Makes path's missing directories below the existing `root` one by one with openat and O_NOFOLLOW;
// returns the last. Missing ones get `mode` and `owner`; existing ones stay as they are.
result<unique_fd> make_directories(const std::string& root, const std::vector<std::string>& names,
                                   mode_t mode, file_owner owner);
// Writes a file in `directory` under a temporary name, syncs it, sets mode and owner, renames it to
// `name`.
result<void> write_file(int directory, const std::string& name, std::string_view content,
                        mode_t mode, file_owner owner);
// Reads a regular file (no link followed) of at most `limit` bytes.
result<std::string> read_file(const std::string& path, std::size_t limit);
// Copies the regular files and directories below `from` into the directory `to`, byte for byte; a
// link or special file is refused. mode_of: files `mode_file`, directories `mode_directory`. The
// operation's end is looked at with each entry and block (DM-19): CANCELLED, DEADLINE_EXCEEDED,
// with a part of the copy made.
result<void> copy_tree(const operation& op, const std::string& from, int to, mode_t mode_file,
                       mode_t mode_directory, file_owner owner);
// Removes `name` and all below it in `directory`, following no link. Absent is fine: returns false.
// Ended by the operation it leaves a part; repeated it goes on. What is undone after an operation's
// end is removed under one of its own.
result<bool> remove_tree(const operation& op, int directory, const std::string& name);

}  // namespace dm::io
