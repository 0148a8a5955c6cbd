// What a guard could not write into its component's log on HDFS (quota, safe mode), told on its
// node: status reads it there, since the log says nothing of it. For people; nothing is decided by
// it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/error.h"
#include "io/time.h"

namespace dm::component {

struct unwritten_record {
  std::uint64_t number = 0;  // the incarnation whose record, or whose end, it was
  std::string message;       // HDFS's
  io::wall_time tried_at{};
};

// In the directory of the guard's logs; the newest one alone.
result<void> write_unwritten(const std::string& directory, const unwritten_record& record);
void remove_unwritten(const std::string& directory);  // best effort: its number outdates it
// nullopt: there is none, or none that can be read. The directory is the component's user's: what
// stands there is cut, and believed to be no more than words.
std::optional<unwritten_record> read_unwritten(const std::string& directory);

}  // namespace dm::component
