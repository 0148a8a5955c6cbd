// What must stay free on a disk.
// SPDX-License-Identifier: Apache-2.0
#include "base/disk_space.h"

#include <fmt/format.h>

#include <sys/statvfs.h>
#include <cerrno>
#include <system_error>

namespace manager {
namespace {

constexpr const char* advice =
    "delete packages that nobody needs (DELETE /packages, /repository/packages), or give it a "
    "larger disk";

}  // namespace

void require_space(const std::filesystem::path& directory, std::uint64_t bytes,
                   std::uint64_t reserve) {
  struct statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return;
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free >= reserve && free - reserve >= bytes) return;
  throw failure(failure_kind::no_space,
                fmt::format("the Deployment Manager's disk has {} bytes free, of which "
                            "limits.reserve_bytes = {} stay for its registry; {}",
                            free, reserve, advice));
}

failure to_failure(const std::exception& thrown) {
  if (const auto* known = dynamic_cast<const failure*>(&thrown)) return *known;
  const auto* problem = dynamic_cast<const std::system_error*>(&thrown);
  // By value, whatever the category: a file system's error and the registry's are the same to
  // users.
  if (problem != nullptr && (problem->code() == std::errc::no_space_on_device ||
                             problem->code() == std::error_code(EDQUOT, std::generic_category()) ||
                             problem->code() == std::error_code(EDQUOT, std::system_category()))) {
    return {failure_kind::no_space,
            fmt::format("the Deployment Manager's disk is full; {}", advice)};
  }
  return {failure_kind::unknown, thrown.what()};
}

}  // namespace manager
