// Flink's libraries on HDFS: uploaded once an installation, PUBLIC in YARN's sense, and used by
// every submission after that (yarn.provided.lib.dirs). Source: Flink 1.13 … 2.3,
// YarnApplicationFileUploader: what is listed below a provided directory is called by its path from
// that directory's parent, so the directories must be named lib and plugins; flink-dist is found
// among them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/hdfs.h"
#include "library/library_set.h"

namespace dm::library {

struct provided_file {
  std::string name;  // "lib/flink-dist-1.20.5.jar": what YARN puts it to in a container
  std::string path;  // on HDFS
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;
};

struct provided_libraries {
  std::string directory;             // on HDFS: <root>/<version>-<digest>
  std::vector<std::string> uris;     // "hdfs:///…/lib", "hdfs:///…/plugins"
  std::vector<provided_file> files;  // as they stand there now, in the order of names
  bool uploaded = false;             // by this call
  std::vector<std::string> notes;    // what was passed over, and why

  std::string key_value() const;  // of yarn.provided.lib.dirs
};

// Where the libraries of all installations lie. A directory gets its name by a rename alone, when
// all is in it; nothing in one that has its name is ever written again, since applications that
// live fetch from it whenever a container comes to a fresh node. One that does not hold what it
// should any more is left to those: the libraries get a directory beside it, "<name>-2" and so on.
class flink_libraries {
 public:
  // root: an absolute HDFS path.
  flink_libraries(cluster::hdfs& hdfs, std::string root) : hdfs_(hdfs), root_(std::move(root)) {}

  // Called before each file that is uploaded, and once at the end with done == total.
  using progress = std::function<void(const std::string& name, std::int64_t done_bytes,
                                      std::int64_t total_bytes)>;

  // Finds the set on HDFS, or uploads it. One that somebody else than the client's user or the
  // root's owner has put there is passed over: it would run in the user's jobs.
  // FAILED_PRECONDITION: YARN could not share them between users, since others may not pass one of
  // the directories.
  result<provided_libraries> provide(const io::operation& op, const library_set& set,
                                     const progress& tell = {});

  // Why `provide` passes over this directory of the root, which bears the set's name or that with a
  // number; empty: it is as it should be. For housekeeping.
  result<std::string> fault_of(const io::operation& op, const library_set& set,
                               const cluster::file_status& directory);

 private:
  struct verdict {
    bool good = false;
    std::string why_not;
    std::vector<provided_file> files;
  };
  result<void> check_passage(const io::operation& op);
  result<std::vector<cluster::file_status>> candidates(const io::operation& op,
                                                       const std::string& name);
  result<verdict> judge(const io::operation& op, const library_set& set,
                        const cluster::file_status& candidate);
  result<std::string> upload(const io::operation& op, const library_set& set, const progress& tell);
  provided_libraries provided(const library_set& set, const std::string& name, verdict found) const;

  cluster::hdfs& hdfs_;
  std::string root_;
  std::string root_owner_;
};

// "<version>-<16 hex digits>" with or without "-<number>": a directory of libraries. Empty: none.
std::string_view version_of_library_directory(std::string_view name);
// What an upload that was killed has left.
bool is_unfinished_upload(std::string_view name);

}  // namespace dm::library
