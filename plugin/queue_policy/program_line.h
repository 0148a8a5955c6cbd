// The line by which a map is a program: "#!<path> --map" at its very beginning.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "queue_policy/queue_map.h"

namespace dm::queue_policy {

// What keeps a map from being run as it was meant to be. All of it are notes: the rules are read
// all the same by whoever reads the map by --map. `mode` is the file's.
std::vector<map_remark> check_program_line(std::string_view text, mode_t mode);

}  // namespace dm::queue_policy
