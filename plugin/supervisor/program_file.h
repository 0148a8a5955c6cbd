// The program file that supervisord reads for a component: rendered so that no value can become a
// directive (INV-8).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"

namespace dm::supervisor {

struct program {
  std::string name;                  // flink.<namespace>.<application>.<component>
  std::vector<std::string> command;  // argv
  std::vector<int> expected_exit_codes;
  int stop_wait_seconds = 30;
  std::vector<std::string> comments;  // lines for people: what this is and that it is generated
};

// The whole file. INVALID_ARGUMENT for a value with a control character or invalid UTF-8.
//
// It names neither a user nor a log file nor a directory: supervisord 4.2.5 refuses to start at all
// when one program names a user or directory that is gone, and one component must not take the
// others down. The guard does all three.
result<std::string> render_program_file(const program& program);

// One argument of `command`, quoted for supervisord: shlex rules, % doubled, and no blank before ;
// or #, which would start a comment even inside quotes.
std::string quote_argument(std::string_view argument);

}  // namespace dm::supervisor
