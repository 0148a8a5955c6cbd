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
  bool too_deep = false;                // deeper than any of Flink's: not all files are in `files`

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

// "savepoint-79027c-4d1f..." -> "79027c": all that the name of a savepoint's directory tells of its
// job; empty for another name.
std::string job_prefix(std::string_view path);
bool of_job(std::string_view path, std::string_view job_id);

// Of <directory>/_metadata, which is not empty. The inner alternative is what the bytes say; an
// error, that they could not be read, and NOT_FOUND that there are none.
using header_reading = tl::expected<flink::metadata_header, flink::metadata_defect>;
result<header_reading> read_header(const io::operation& op, cluster::hdfs& hdfs,
                                   const std::string& directory);

}  // namespace dm::state
