// "flink-guard class-data": puts class data of Flink's libraries on HDFS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/operation.h"

namespace dm::guard {

// argv[1] is "class-data". What it returns is the program's exit code.
int run_class_data_command(const io::operation& op, int argc, const char* const* argv);

}  // namespace dm::guard
