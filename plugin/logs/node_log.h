// A component's own log files on this node: the guard's and its clients'.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/time.h"
#include "logs/log_window.h"
#include "logs/source_id.h"

namespace dm::logs {

struct node_file {
  source_id id;
  std::int64_t size_bytes = 0;
  io::wall_time modified_at{};
};

// Those of the directory that are sources; other files in it are nobody's business. The directory
// belongs to the component's user: no link in it is followed, nothing but a regular file is opened.
result<std::vector<node_file>> list_node_files(const std::string& directory);

// NOT_FOUND: there is none (any more). What the guard has taken out of the middle of a long
// client's output is passed over.
result<log_window> read_node_file(const std::string& directory, const std::string& name,
                                  std::int64_t from, std::size_t limit);

}  // namespace dm::logs
