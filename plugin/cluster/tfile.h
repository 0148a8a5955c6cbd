// Hadoop's TFile as NodeManagers write it when they aggregate logs: a key for each container, its
// log files one after the other in the value. Read by ranges; no block is read as a whole. Source:
// org.apache.hadoop.io.file.tfile and AggregatedLogFormat of Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"

namespace dm::cluster {

// `length` bytes at `offset` of the file, all of them.
using range_reader = std::function<result<std::string>(std::int64_t offset, std::int64_t length)>;

// Where in the file a part of a value lies: values are written in pieces, with the length of each
// before it.
struct tfile_extent {
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

struct aggregated_file {
  std::string container;
  std::string name;
  std::int64_t size_bytes = 0;
  std::vector<tfile_extent> extents;  // in order; together size_bytes
};

// All log files in it. FAILED_PRECONDITION: it is no TFile, or one that is compressed, which cannot
// be read by ranges. RESOURCE_EXHAUSTED: it has more pieces than are looked at.
result<std::vector<aggregated_file>> read_aggregated_files(const range_reader& read,
                                                           std::int64_t file_bytes);

// A part of one of them.
result<std::string> read_aggregated_part(const range_reader& read, const aggregated_file& file,
                                         std::int64_t from, std::int64_t length);

}  // namespace dm::cluster
