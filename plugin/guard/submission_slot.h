// At most N flink clients at once on a node: each is a JVM of hundreds of MB, and after a reboot
// all components start.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "io/file.h"

namespace dm::guard {

// Tries the files slot-0 … slot-(count-1) of the directory, which are root's and read-only to users
// (D-31); the descriptor holds the slot, closing it gives the slot back. nullopt: all taken.
// NOT_FOUND: no such files.
result<std::optional<io::unique_fd>> try_submission_slot(const std::string& directory, int count);

}  // namespace dm::guard
