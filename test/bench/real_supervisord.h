// A real supervisord over a directory of program files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace dm::bench {

// Ends with this object, or with the process.
class real_supervisord {
 public:
  // directory: where its socket and its log go; config_directory: whose *.conf it reads. Returns
  // when it answers. Throws std::runtime_error when it does not within five minutes.
  real_supervisord(const std::string& directory, const std::string& config_directory);
  ~real_supervisord();
  real_supervisord(const real_supervisord&) = delete;
  real_supervisord& operator=(const real_supervisord&) = delete;

  int pid() const { return pid_; }
  std::string url() const { return "unix://" + socket_; }

 private:
  std::string socket_;
  int pid_ = 0;
};

}  // namespace dm::bench
