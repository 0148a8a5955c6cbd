// A program that is killed before one of its effects: what a verb leaves behind at any instruction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace dm::test {

struct killed_run {
  bool killed = false;  // false: it ended before that many effects
  int exit_code = -1;
};

// Runs the program and kills it before its effect number `effect`, counting from 0. An effect is a
// system call that changes files, or sends something.
killed_run run_and_kill(const std::vector<std::string>& argv, int effect);

}  // namespace dm::test
