// What a program prints in a TaskManager: it goes to the process's own output (taskmanager.out),
// which Flink never rolls, or, from 1.19 on, line by line into the TaskManager's log, which rolls.
// Source: Flink 1.19 … 2.3, TaskManagerOptions.TASK_MANAGER_SYSTEM_OUT_MODE; seen on 1.20.5: the
// file stays empty.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "flink/command_builder.h"

namespace dm::flink {

inline constexpr std::string_view printed_output_key = "taskmanager.system-out.mode";
inline constexpr std::string_view printed_output_in_log = "LOG";

inline bool can_log_printed_output(const version& version) { return at_least(version, 1, 19); }

}  // namespace dm::flink
