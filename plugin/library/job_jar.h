// A job's jar on HDFS, by its digest: uploaded by the first submission that needs it, found by all
// others.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cluster/hdfs.h"
#include "library/local_digests.h"

namespace dm::library {

struct provided_jar {
  std::string path;  // on HDFS: <directory>/<sha256>.jar
  std::string uri;   // "hdfs://" and the path: of the default file system
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;  // as YARN compares it
  std::string sha256;
  bool uploaded = false;  // by this call
};

// Where a component's jars lie, below its directory on HDFS: its user's alone.
std::string jar_directory(std::string_view component_directory);

// The jar at local_path below `directory`, which is made if need be, for its user alone (0700, the
// jar 0600). It is there whole or not at all: uploaded under a name of its own, verified by size
// and digest, renamed; of two at once one wins, and the other takes the winner's. One that is there
// is read back once, and known by its time from then on (digests keeps that). In use by a live
// application it must stay as it is: YARN refuses a file whose time differs from what it was told,
// so nothing here ever replaces one that is right.
result<provided_jar> provide_jar(const io::operation& op, cluster::hdfs& hdfs,
                                 const std::string& directory, const std::string& local_path,
                                 local_digests& digests);

// For housekeeping. The digest in a jar's name; empty: it is no jar of ours.
std::string_view digest_of_jar(std::string_view name);

}  // namespace dm::library
