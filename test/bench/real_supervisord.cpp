// A real supervisord over a directory of program files.
// SPDX-License-Identifier: Apache-2.0
#include "real_supervisord.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

namespace dm::bench {

namespace {

bool takes_connections(const std::string& path) {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const bool connected =
      ::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(made);
  return connected;
}

}  // namespace

real_supervisord::real_supervisord(const std::string& directory,
                                   const std::string& config_directory)
    : socket_(directory + "/supervisor.sock") {
  const std::string config = directory + "/supervisord.conf";
  std::ofstream(config) << fmt::format(
      "[unix_http_server]\nfile={0}/supervisor.sock\nchmod=0700\n"
      "[supervisord]\nnodaemon=true\nlogfile={0}/supervisord.log\npidfile={0}/supervisord.pid\n"
      "childlogdir={0}\n"
      "[rpcinterface:supervisor]\n"
      "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
      "[include]\nfiles={1}/*.conf\n",
      directory, config_directory);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execlp("supervisord", "supervisord", "-c", config.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  for (int i = 0; i < 3000; ++i) {
    if (takes_connections(socket_)) return;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      throw std::runtime_error("supervisord ended at once; is it installed (Debian: supervisor)?");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("supervisord does not answer");
}

// Its programs are ended by it.
real_supervisord::~real_supervisord() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace dm::bench
