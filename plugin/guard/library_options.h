// Options that "flink-guard libraries" and "flink-guard class-data" have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/error.h"

namespace CLI {
class App;
}

namespace dm::guard {

inline constexpr int command_done = 0;
inline constexpr int command_failed = 1;
inline constexpr int command_wrong_options = 2;

struct library_options {
  std::string spec;
  std::string flink_home;
  std::vector<std::string> name_nodes;
  std::string root;
  std::string user;
  bool json = false;
};

void add_options(CLI::App& app, library_options& given);
// Fills from guard.json what no option says, and checks it. Throws CLI::ParseError, as the parser
// itself does.
void complete(library_options& given);
// Becomes the user that is named. What it returns is that of HDFS.
result<std::string> become_given_user(const library_options& given);

// {"schema":1,"error":{"code":…,"message":…,"hint":…}} on standard output, or a line on the other.
void tell_failure(std::string_view command, const library_options& given, const error& problem);

}  // namespace dm::guard
