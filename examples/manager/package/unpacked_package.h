// A package's files in a directory of their own, for as long as somebody works with them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/attempt.h"
#include "base/file.h"
#include "package/package_archive.h"

#include <filesystem>
#include <string>

namespace manager {

class unpacked_package {
 public:
  /// Unpacks to <a new directory below stage_root>/<package>/<type>/<component>/. Throws failure,
  /// "unpack package <package>: …", for a directory that cannot be made, a full disk, and whatever
  /// unpack_package refuses.
  unpacked_package(const std::filesystem::path& archive, const std::string& package,
                   const archive_limits& limits, const std::filesystem::path& stage_root,
                   cancellation& cancel)
      : stage_(attempt_to(doing(package), [&] { return private_directory(stage_root); })) {
    attempt_to(doing(package),
               [&] { unpack_package(archive, package, limits, stage_.path(), cancel); });
  }

  const std::filesystem::path& path() const { return stage_.path(); }

 private:
  static std::string doing(const std::string& package) { return "unpack package " + package; }

  const private_directory stage_;
};

}  // namespace manager
