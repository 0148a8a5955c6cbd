// The libraries of a Flink installation on this node: what its client would upload with each
// submission.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "library/local_digests.h"

namespace dm::library {

struct library_file {
  std::string name;  // "lib/flink-dist-1.20.5.jar", "plugins/metrics-jmx/flink-metrics-jmx.jar"
  std::string local_path;
  std::int64_t bytes = 0;
  std::string sha256;
};

struct library_set {
  std::string version;              // as the installation's jars say
  std::vector<library_file> files;  // in the order of names; never empty

  std::int64_t bytes() const;
  // Over names, sizes and contents; 64 hex digits.
  std::string digest() const;
  // "<version>-<first 16 of the digest>": where it lies on HDFS. The same files have the same name.
  std::string name() const;
  std::vector<std::string> directories() const;  // "lib", "plugins", "plugins/metrics-jmx"
  // {"schema":1,"version":…,"digest":…,"files":[{"name":…,"bytes":…,"sha256":…}]}
  std::string manifest() const;
};

// All files below lib and plugins of the installation, links followed as Flink's client follows
// them. NOT_FOUND, FAILED_PRECONDITION: there is no such installation, or something in it that
// YARN cannot be given.
result<library_set> read_library_set(const io::operation& op, const std::string& flink_home,
                                     local_digests& digests);

}  // namespace dm::library
