// Loaded before the C library (LD_PRELOAD) into the program that is tested: every call that changes
// a file below some directories is a step; at one of them the process is killed, or the disk is
// full. What it does not disturb it passes to the kernel as it is. See disk_faults.h for the
// environment. The functions have the C library's names only in the object file, so that its
// headers may declare them as they like.
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
#include <atomic>

namespace {

enum class need { place, none };

std::atomic<bool> armed{false};
std::atomic<int> steps{0};

const char* variable(const char* name) {
  const char* value = getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

int number(const char* name) {
  const char* value = variable(name);
  return value == nullptr ? 0 : atoi(value);
}

bool exists(const char* path) { return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0; }

// `roots`: directories or files, divided by colons.
bool is_below(const char* path, const char* roots) {
  while (roots != nullptr && *roots != '\0') {
    const char* end = strchrnul(roots, ':');
    const auto size = static_cast<size_t>(end - roots);
    if (strncmp(path, roots, size) == 0 && (path[size] == '/' || path[size] == '\0')) return true;
    roots = *end == ':' ? end + 1 : end;
  }
  return false;
}

void note(const char* what, const char* path) {
  const char* file = variable("DM_DISK_STEPS");
  if (file == nullptr) return;
  char line[PATH_MAX + 64];
  const int size = snprintf(line, sizeof(line), "%s %s\n", what, path);
  const auto opened = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (opened < 0) return;
  syscall(SYS_write, opened, line, static_cast<size_t>(size));
  syscall(SYS_close, opened);
}

bool is_full(int nth) {
  const int from = number("DM_DISK_FULL");
  if (from == 0 || nth < from) return false;
  if (number("DM_DISK_FULL_ONCE") != 0) return nth == from;
  const char* freed = variable("DM_DISK_FREED");
  return freed == nullptr || !exists(freed);
}

// Before a call that changes `path`. False: it is to fail, errno is set.
bool step(const char* what, const char* path, need needs) {
  const int before = errno;
  const bool marks = is_below(path, variable("DM_DISK_MARKS"));
  if (!marks && !is_below(path, variable("DM_DISK_ROOTS"))) return true;
  if (!armed) {
    const char* arms = variable("DM_DISK_ARMED");
    if (arms != nullptr && !exists(arms)) {
      errno = before;
      return true;
    }
    armed = true;
  }
  const int nth = ++steps;
  if (nth == number("DM_DISK_KILL")) {
    syscall(SYS_kill, static_cast<pid_t>(syscall(SYS_getpid)), SIGKILL);
  }
  note(what, path);
  errno = before;
  if (marks || needs == need::none || !is_full(nth)) return true;
  errno = ENOSPC;
  return false;
}

bool step_at(const char* what, int directory, const char* name, need needs) {
  if (directory == AT_FDCWD || name[0] == '/') return step(what, name, needs);
  char link[64];
  char path[2 * PATH_MAX];
  snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
  const ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX);
  if (size < 0) return true;
  snprintf(path + size, sizeof(path) - static_cast<size_t>(size), "/%s", name);
  return step(what, path, needs);
}

bool step_of(const char* what, int descriptor, need needs) {
  const int before = errno;
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
  const ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof(path) - 1);
  errno = before;
  if (size < 0) return true;
  path[size] = '\0';
  return step(what, path, needs);
}

int opened(int directory, const char* path, int flags, unsigned mode) {
  const bool makes = (flags & O_CREAT) != 0 && syscall(SYS_faccessat, directory, path, F_OK) != 0;
  if (makes && !step_at("make", directory, path, need::place)) return -1;
  if (!makes && (flags & O_TRUNC) != 0 && !step_at("empty", directory, path, need::none)) return -1;
  return static_cast<int>(syscall(SYS_openat, directory, path, flags, mode));
}

void choose(char* last_six) {
  constexpr char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  unsigned char random[6];
  syscall(SYS_getrandom, random, sizeof(random), 0);
  for (int i = 0; i < 6; ++i) last_six[i] = letters[random[i] % (sizeof(letters) - 1)];
}

}  // namespace

#define DM_AS(name) __asm__(name) __attribute__((visibility("default")))

extern "C" {

ssize_t dm_write(int, const void*, size_t) DM_AS("write");
ssize_t dm_write(int to, const void* bytes, size_t size) {
  if (!step_of("write", to, need::place)) return -1;
  return syscall(SYS_write, to, bytes, size);
}

ssize_t dm_writev(int, const iovec*, int) DM_AS("writev");
ssize_t dm_writev(int to, const iovec* pieces, int count) {
  if (!step_of("write", to, need::place)) return -1;
  return syscall(SYS_writev, to, pieces, count);
}

ssize_t dm_pwrite(int, const void*, size_t, off_t) DM_AS("pwrite");
ssize_t dm_pwrite(int to, const void* bytes, size_t size, off_t at) {
  if (!step_of("write", to, need::place)) return -1;
  return syscall(SYS_pwrite64, to, bytes, size, at);
}

ssize_t dm_pwrite64(int, const void*, size_t, off_t) DM_AS("pwrite64");
ssize_t dm_pwrite64(int to, const void* bytes, size_t size, off_t at) {
  return dm_pwrite(to, bytes, size, at);
}

int dm_open(const char*, int, unsigned) DM_AS("open");
int dm_open(const char* path, int flags, unsigned mode) {
  return opened(AT_FDCWD, path, flags, mode);
}

int dm_open64(const char*, int, unsigned) DM_AS("open64");
int dm_open64(const char* path, int flags, unsigned mode) {
  return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int dm_openat(int, const char*, int, unsigned) DM_AS("openat");
int dm_openat(int directory, const char* path, int flags, unsigned mode) {
  return opened(directory, path, flags, mode);
}

int dm_openat64(int, const char*, int, unsigned) DM_AS("openat64");
int dm_openat64(int directory, const char* path, int flags, unsigned mode) {
  return opened(directory, path, flags | O_LARGEFILE, mode);
}

int dm_mkostemp(char*, int) DM_AS("mkostemp");
int dm_mkostemp(char* name, int flags) {
  char* const last_six = name + strlen(name) - 6;
  for (;;) {
    choose(last_six);
    const int made = opened(AT_FDCWD, name, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
    if (made >= 0 || errno != EEXIST) return made;
  }
}

int dm_mkostemp64(char*, int) DM_AS("mkostemp64");
int dm_mkostemp64(char* name, int flags) { return dm_mkostemp(name, flags); }

char* dm_mkdtemp(char*) DM_AS("mkdtemp");
char* dm_mkdtemp(char* name) {
  char* const last_six = name + strlen(name) - 6;
  for (;;) {
    choose(last_six);
    if (!step("make", name, need::place)) return nullptr;
    if (syscall(SYS_mkdirat, AT_FDCWD, name, 0700) == 0) return name;
    if (errno != EEXIST) return nullptr;
  }
}

int dm_mkdir(const char*, mode_t) DM_AS("mkdir");
int dm_mkdir(const char* path, mode_t mode) {
  if (!exists(path) && !step("make", path, need::place)) return -1;
  return static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int dm_link(const char*, const char*) DM_AS("link");
int dm_link(const char* from, const char* to) {
  if (!step("link", to, need::place)) return -1;
  return static_cast<int>(syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int dm_rename(const char*, const char*) DM_AS("rename");
int dm_rename(const char* from, const char* to) {
  if (!step("rename", to, need::place)) return -1;
  return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int dm_unlink(const char*) DM_AS("unlink");
int dm_unlink(const char* path) {
  if (!step("remove", path, need::none)) return -1;
  return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int dm_unlinkat(int, const char*, int) DM_AS("unlinkat");
int dm_unlinkat(int directory, const char* path, int flags) {
  if (!step_at("remove", directory, path, need::none)) return -1;
  return static_cast<int>(syscall(SYS_unlinkat, directory, path, flags));
}

int dm_rmdir(const char*) DM_AS("rmdir");
int dm_rmdir(const char* path) {
  if (!step("remove", path, need::none)) return -1;
  return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

int dm_remove(const char*) DM_AS("remove");
int dm_remove(const char* path) {
  if (!step("remove", path, need::none)) return -1;
  if (syscall(SYS_unlinkat, AT_FDCWD, path, 0) == 0) return 0;
  if (errno != EISDIR) return -1;
  return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

int dm_ftruncate(int, off_t) DM_AS("ftruncate");
int dm_ftruncate(int file, off_t size) {
  if (!step_of("resize", file, need::none)) return -1;
  return static_cast<int>(syscall(SYS_ftruncate, file, size));
}

int dm_ftruncate64(int, off_t) DM_AS("ftruncate64");
int dm_ftruncate64(int file, off_t size) { return dm_ftruncate(file, size); }

// A file system that allocates late says only here that there is no place.
int dm_fsync(int) DM_AS("fsync");
int dm_fsync(int file) {
  if (!step_of("flush", file, need::place)) return -1;
  return static_cast<int>(syscall(SYS_fsync, file));
}

int dm_fdatasync(int) DM_AS("fdatasync");
int dm_fdatasync(int file) {
  if (!step_of("flush", file, need::place)) return -1;
  return static_cast<int>(syscall(SYS_fdatasync, file));
}

// Returns the error instead of setting errno.
int dm_posix_fallocate(int, off_t, off_t) DM_AS("posix_fallocate");
int dm_posix_fallocate(int file, off_t from, off_t size) {
  if (!step_of("write", file, need::place)) return errno;
  return syscall(SYS_fallocate, file, 0, from, size) == 0 ? 0 : errno;
}

int dm_posix_fallocate64(int, off_t, off_t) DM_AS("posix_fallocate64");
int dm_posix_fallocate64(int file, off_t from, off_t size) {
  return dm_posix_fallocate(file, from, size);
}

ssize_t dm_sendfile(int, int, off_t*, size_t) DM_AS("sendfile");
ssize_t dm_sendfile(int to, int from, off_t* at, size_t size) {
  if (!step_of("write", to, need::place)) return -1;
  return syscall(SYS_sendfile, to, from, at, size);
}

ssize_t dm_sendfile64(int, int, off_t*, size_t) DM_AS("sendfile64");
ssize_t dm_sendfile64(int to, int from, off_t* at, size_t size) {
  return dm_sendfile(to, from, at, size);
}

}  // extern "C"
