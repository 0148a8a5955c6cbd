// flink-guard called as an administrator calls it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

namespace dm::test {

struct outcome {
  int code = 0;
  std::string printed;  // standard output and error

  bool has(const std::string& text) const { return printed.find(text) != std::string::npos; }
};

// words: for a shell.
inline outcome run_guard(const std::string& words) {
  const std::string command = std::string(DM_FLINK_GUARD) + " " + words + " 2>&1";
  outcome came;
  std::FILE* program = ::popen(command.c_str(), "r");
  REQUIRE(program != nullptr);
  char buffer[4096];
  while (std::fgets(buffer, sizeof buffer, program) != nullptr) came.printed += buffer;
  came.code = WEXITSTATUS(::pclose(program));
  return came;
}

// Root must name whom it runs for.
inline std::string as_own_user() {
  const passwd* account = ::getpwuid(::geteuid());
  return account == nullptr ? std::string() : std::string(" --user ") + account->pw_name;
}

}  // namespace dm::test
