// A package's archive: <name>-<version>.tar.gz with one top-level directory of that name.
// Everything in it is untrusted: links, devices, paths that leave the directory, and sizes beyond
// the limits are refused, before anything is written (E57). Leading "./" and missing directory
// entries are accepted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "configuration/configuration.h"
#include "registry/package_file_store.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace manager {

struct packaged_component {
  std::string type;
  std::string name;
  std::vector<std::string> members;  // paths below the component, directories too, in archive order
  std::vector<std::string> files;    // the regular files among them
  std::string properties;            // text of properties.json; empty when there is none
  std::string hdfs;                  // text of hdfs.json; empty when there is none
  std::uint64_t disk_bytes = 0;      // what its files take when they are unpacked, in whole blocks
};

/// What is in an archive.
struct package_content {
  std::vector<packaged_component> components;  // in archive order
  /// Every file of the package, those too that belong to no component; in archive order.
  std::vector<package_file> files;
};

/// Reads the archive through once. Throws failure(failed_validation) with every problem of names
/// and layout, or the first one of the bytes.
package_content read_package(const std::filesystem::path& archive, const std::string& package,
                             const archive_limits& limits, cancellation& cancel);

/// Unpacks the components to <destination>/<package>/<type>/<component>/. `destination` must be
/// empty and private to this process. The same refusals apply.
void unpack_package(const std::filesystem::path& archive, const std::string& package,
                    const archive_limits& limits, const std::filesystem::path& destination,
                    cancellation& cancel);

}  // namespace manager
