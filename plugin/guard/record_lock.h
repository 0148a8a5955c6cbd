// A lock of a whole file that belongs to a process (fcntl): unlike flock() it is not inherited by
// what the process starts, and the kernel tells who has it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "io/error.h"

namespace dm::guard {

// false: another process has it. path: for the message of an error.
result<bool> try_record_lock(int descriptor, const std::string& path);
// The process that has it; 0: nobody (any more), this one, or one that it cannot see.
pid_t record_lock_holder(int descriptor);

}  // namespace dm::guard
