// From the words of a command to its end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace dmctl {

/// Returns the exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace dmctl
