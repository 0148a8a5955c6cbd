// The command line of flink-health.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "health/settings.h"

namespace dm::health {

// What ends the program. A service that is WARN or ERROR was looked at all the same; a unit of
// systemd tells these from the others by SuccessExitStatus.
inline constexpr int exit_usage = 3;
inline constexpr int exit_not_told = 4;  // what was found could not be delivered

struct command {
  settings given;  // of the file, with what the command line sets in its place
  bool display = false;
  bool json = false;
};

// The command, or the exit code where there is nothing more to do: --help, --version (0), or what
// is wrong with options or file, all of which was printed (exit_usage).
std::variant<command, int> read_command_line(int argc, const char* const* argv);

}  // namespace dm::health
