// Runs supervisord in a process group of its own, so that nothing of it can be left.
// SPDX-License-Identifier: Apache-2.0
#include "real_supervisord.h"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace dm::test {
namespace {

constexpr const char* program = "/usr/bin/supervisord";

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool known = ::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                     ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  ::close(listener);
  if (!known) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void write(const std::string& path, const std::string& content) {
  const std::string unfinished = path + ".part";
  std::ofstream(unfinished, std::ios::binary) << content;
  std::filesystem::rename(unfinished, path);
}

}  // namespace

real_supervisord::real_supervisord(const environment& variables) {
  if (!std::filesystem::exists(program)) {
    FAIL("these tests need a real supervisord: apt-get install supervisor");
  }
  std::filesystem::create_directory(directory_ / "conf.d");
  port_ = free_port();
  std::ostringstream config;
  config << "[unix_http_server]\nfile=" << directory_ / "supervisor.sock"
         << "\n[inet_http_server]\nport=127.0.0.1:" << port_ << "\nusername="
         << user
         // In this file % is doubled, and the quirk of ; needs no care: no blank stands before it.
         << "\npassword=p%%w;#d\n[supervisord]\nlogfile=" << directory_ / "supervisord.log"
         << "\nloglevel=debug\npidfile=" << directory_ / "supervisord.pid"
         << "\nchildlogdir=" << directory_.path() << "\nnodaemon=true\nminfds=256\nminprocs=64\n"
         << "[rpcinterface:supervisor]\n"
         << "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
         << "[include]\nfiles=" << directory_ / "conf.d/*.conf"
         << "\n";
  write(directory_ / "supervisord.conf", config.str());
  run(variables);
  wait_until_it_answers();
}

real_supervisord::~real_supervisord() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);  // it ends its programs
  for (int i = 0; i < 200; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void real_supervisord::run(const environment& variables) {
  const std::string config = directory_ / "supervisord.conf";
  std::vector<std::string> settings = {"PATH=/usr/bin:/bin"};
  for (const auto& [name, value] : variables) settings.push_back(name + "=" + value);
  std::vector<char*> environment_words;
  for (std::string& setting : settings) environment_words.push_back(setting.data());
  environment_words.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::setpgid(0, 0);
  const char* const words[] = {program, "-n", "-s", "-c", config.c_str(), nullptr};
  ::execve(program, const_cast<char* const*>(words), environment_words.data());
  ::_exit(127);
}

void real_supervisord::wait_until_it_answers() const {
  io::http_client http;
  supervisor::supervisor supervisor(http, {socket_url(), "", ""});
  const auto op = io::operation::within(std::chrono::seconds(30));
  while (!supervisor.all_processes(op)) {
    if (op.remaining().count() == 0 || ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      FAIL("supervisord did not start: " << log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

std::string real_supervisord::http_url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/RPC2";
}

void real_supervisord::write_program(const std::string& name, const std::string& content) const {
  write(directory_ / ("conf.d/" + name + ".conf"), content);
}

void real_supervisord::remove_program(const std::string& name) const {
  std::filesystem::remove(directory_ / ("conf.d/" + name + ".conf"));
}

std::string real_supervisord::log() const {
  std::ifstream file(directory_ / "supervisord.log");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace dm::test
