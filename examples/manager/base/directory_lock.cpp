// One process a directory.
// SPDX-License-Identifier: Apache-2.0
#include "base/directory_lock.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <stdexcept>

namespace manager {

directory_lock::directory_lock(const std::filesystem::path& directory, std::string_view key) {
  make_directory_if_absent(directory);
  const auto path = directory / ".lock";
  descriptor_ = file_descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor_.valid() || ::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw std::runtime_error(fmt::format(
        "{} {} is in use by another Deployment Manager (or not writable); stop that one, "
        "or give this one directories of its own",
        key, directory.string()));
  }
}

}  // namespace manager
