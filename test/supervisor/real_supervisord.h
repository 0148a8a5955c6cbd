// A real supervisord of its own for one test, on a unix socket and a free port, in a temporary
// directory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "io/http.h"
#include "io/temporary_directory.h"
#include "supervisor/supervisor.h"

namespace dm::test {

class real_supervisord {
 public:
  using environment = std::vector<std::pair<std::string, std::string>>;

  // Starts it and waits until it answers. Fails the test, with the command to install it, where
  // there is none.
  explicit real_supervisord(const environment& variables = {{"LANG", "C"}});
  ~real_supervisord();  // ends it and everything it runs
  real_supervisord(const real_supervisord&) = delete;
  real_supervisord& operator=(const real_supervisord&) = delete;

  std::string socket_url() const { return "unix://" + directory_ / "supervisor.sock"; }
  std::string http_url() const;
  static constexpr const char* user = "operator";
  static constexpr const char* password = "p%w;#d";

  // Writes <name>.conf into the directory that it includes; remove takes it away.
  void write_program(const std::string& name, const std::string& content) const;
  void remove_program(const std::string& name) const;
  const temporary_directory& directory() const { return directory_; }
  std::string log() const;

 private:
  void run(const environment& variables);
  void wait_until_it_answers() const;

  temporary_directory directory_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace dm::test
