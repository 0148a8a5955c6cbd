// The options of `flink run`, and what this project does with each in component_flink_config_args.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::flink {

enum class option_use {
  pass,      // goes to the client as it is, with its value, which sets the Flink key `text`
  attached,  // the same, but only where the client stays
  property,  // -D, -yD: key=value
  key,       // stands for the Flink key `text`
  memory,    // the same; the value is megabytes when it has no unit
  number,    // the same; the value is a positive number
  parallelism,
  refused,  // `text` says why and what to use instead
};

struct run_option {
  std::string_view name;       // "-yjm"
  std::string_view long_name;  // "--yarnjobManagerMemory"; may be empty
  bool takes_value;
  option_use use;
  std::string_view text;
  // First version that has it, as 100 * major + minor. What 2.x dropped is translated where it can
  // be.
  int since = 113;
};

// The option that a client would read in `word` ("-p", "--parallelism", "-parallelism"), or
// nullptr.
const run_option* find_run_option(std::string_view word);

}  // namespace dm::flink
