// Whether an incarnation has ended by itself or by a stop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "component/component_log.h"

namespace dm::component {

// What the end means that YARN tells (D-5). SUCCEEDED is what a stop's savepoint leaves as well as
// a job that has completed, and a cancelled job is as KILLED as one that somebody killed: the log
// says which it was, by the order of its records. No clock does, since those of YARN and of whoever
// wrote the log are not the same. A stop that was taken back has ended nothing.
enum outcome judged_end(const log_snapshot& log, std::uint64_t epoch, enum outcome by_yarn);

}  // namespace dm::component
