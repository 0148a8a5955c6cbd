// The files of one savepoint or checkpoint as they lie on HDFS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "flink/savepoint_metadata.h"
#include "state/savepoint_record.h"

namespace dm::state {

inline constexpr const char* metadata_name = "_metadata";
inline constexpr std::size_t longest_manifest = 10'000;

struct savepoint_files {
  std::vector<manifest_file> files;  // all of them, sorted by path
  std::int64_t size_bytes = 0;
  io::wall_time metadata_written_at{};  // unset: there is no _metadata

  const manifest_file* find(std::string_view path) const;
};

// Everything below `directory`, one listing a directory. NOT_FOUND: it is not there.
result<savepoint_files> read_files(const io::operation& op, cluster::hdfs& hdfs,
                                   const std::string& directory);

// A savepoint in a directory that Flink was given, by its _metadata.
struct located_savepoint {
  std::string path;
  std::int64_t metadata_bytes = 0;
  io::wall_time written_at{};
  bool whole() const {
    return metadata_bytes >= static_cast<std::int64_t>(flink::metadata_header_bytes);
  }
};
// <directory> itself, or the newest <directory>/savepoint-* with a _metadata that is not empty
// (that is what one being written, or abandoned then, looks like). nullopt: there is none.
result<std::optional<located_savepoint>> locate_savepoint(const io::operation& op,
                                                          cluster::hdfs& hdfs,
                                                          const std::string& directory);

// Of <directory>/_metadata. NOT_FOUND: it is not there; FAILED_PRECONDITION: it is none of Flink's.
result<flink::metadata_header> read_header(const io::operation& op, cluster::hdfs& hdfs,
                                           const std::string& directory);

}  // namespace dm::state
