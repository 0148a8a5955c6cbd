// Class data of Flink's libraries on HDFS: their classes as a JVM writes them down for JVMs of its
// own build (class data sharing), beside the same libraries as one tar. A JVM takes class data only
// where each jar of its class path has the time and size that were written down, and YARN gives a
// file the time at which it was fetched; what it unpacks keeps its times.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/hdfs.h"
#include "library/local_digests.h"

namespace dm::library {

struct class_data_file {
  std::string path;  // on HDFS
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;  // as YARN compares it
};

struct class_data {
  std::string directory;  // on HDFS: <root>/<library_set::name>-classes-<number>
  std::string java;       // build of the JVM that wrote it: "17.0.15+6-Debian-1deb12u1"
  std::vector<std::string> class_path;  // "lib/a.jar" …, in its order
  class_data_file libraries;            // the tar: what is in lib
  class_data_file classes;
};

// What is to be published, as files of this node.
struct class_data_files {
  std::string java;
  std::vector<std::string> class_path;
  std::string libraries;  // absolute paths
  std::string classes;
};

struct class_data_search {
  std::optional<class_data> found;
  std::vector<std::string> notes;  // what was passed over, and why
};

// The newest of the set that is whole, and that its user's or the root owner's account has put
// there: it runs in the user's jobs. root: as flink_libraries has it. Nothing in a directory that
// has its name is ever written again.
result<class_data_search> find_class_data(const io::operation& op, cluster::hdfs& hdfs,
                                          const std::string& root, const std::string& set_name);

// Puts it beside the others of the set, as the newest, PUBLIC in YARN's sense: whole or not at all.
// The root is there. What it returns is the directory's path.
result<std::string> publish_class_data(const io::operation& op, cluster::hdfs& hdfs,
                                       const std::string& root, const std::string& set_name,
                                       const class_data_files& files);

// For housekeeping: the set's name out of "<set>-classes-<number>"; empty: it is none.
std::string_view set_of_class_data(std::string_view name);

}  // namespace dm::library
