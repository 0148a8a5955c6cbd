// One process a directory.
// SPDX-License-Identifier: Apache-2.0
#include "base/directory_lock.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace manager {
namespace {

constexpr const char* lock_file = ".lock";
// is_locked() has the lock for a moment, which must not keep anybody from taking it.
constexpr int tries = 10;
constexpr std::chrono::milliseconds pause{20};

bool take(int descriptor) {
  for (int tried = 1;; ++tried) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK || tried == tries) return false;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

bool is_locked(const std::filesystem::path& directory) {
  const file_descriptor lock(::open((directory / lock_file).c_str(), O_RDONLY | O_CLOEXEC));
  return lock.valid() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

directory_lock::directory_lock(const std::filesystem::path& directory, std::string_view key) {
  make_directory_if_absent(directory);
  const auto path = directory / lock_file;
  descriptor_ = file_descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor_.valid() || !take(descriptor_.get())) {
    throw std::runtime_error(fmt::format(
        "{} {} is in use by another Deployment Manager (or not writable); stop that one, "
        "or give this one directories of its own",
        key, directory.string()));
  }
}

}  // namespace manager
