// "flink-guard libraries": puts Flink's libraries on HDFS in advance.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/operation.h"

namespace dm::guard {

// argv: that of the program, whose first argument is the command's name. The program's exit code.
int run_libraries_command(const io::operation& op, int argc, const char* const* argv);

}  // namespace dm::guard
