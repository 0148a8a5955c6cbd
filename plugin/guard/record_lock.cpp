// A lock of a whole file that belongs to a process.
// SPDX-License-Identifier: Apache-2.0
#include "guard/record_lock.h"

#include <fcntl.h>

#include <cerrno>

#include "io/file.h"

namespace dm::guard {

namespace {

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

result<bool> try_record_lock(int descriptor, const std::string& path) {
  struct flock lock = whole_file();
  if (::fcntl(descriptor, F_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES || errno == EINTR) return false;
  return fail(io::errno_error(errno, "lock", path));
}

pid_t record_lock_holder(int descriptor) {
  struct flock lock = whole_file();
  if (::fcntl(descriptor, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid;
}

}  // namespace dm::guard
