// The flink command of application mode, read back: what is to run, for who submits it without a
// client.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "flink/configuration_map.h"
#include "flink/dialect.h"

namespace dm::flink {

struct application_command {
  // The -D options, and the Flink keys that -p, -s, -n and --claimMode stand for. The last of a key
  // counts.
  configuration_map configuration;
  std::string main_class;  // empty: from the jar's manifest
  std::string jar;         // absolute path
  std::vector<std::string> arguments;
};

// argv: as render_command and substitute_incarnation write it. INVALID_ARGUMENT for options that
// the client alone knows what to do with, with all of them, and for a command without a jar.
result<application_command> read_application_command(const version& version,
                                                     const std::vector<std::string>& argv);

}  // namespace dm::flink
