// A Deployment Manager for a test: its directories, its configuration, the fake plugin's script,
// and either the real thing inside the test's process or the real program in a child.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "manager.h"
#include "support/temporary_directory.h"

#include <sys/types.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace manager_test {

struct answer {
  long status = 0;
  std::string body;
  manager::json::document json;

  std::string text(const std::string& member) const;
};

class manager_fixture {
 public:
  manager_fixture();
  ~manager_fixture();
  manager_fixture(const manager_fixture&) = delete;
  manager_fixture& operator=(const manager_fixture&) = delete;

  temporary_directory& directory() { return directory_; }
  std::filesystem::path repository() const { return directory_.path() / "repository"; }
  /// Members are set before start(); a later start() sees later changes.
  manager::json::document& configuration() { return configuration_; }
  void configure(const std::string& member, const std::string& json_text);
  /// As if no plugin were installed, from the next start on; and there again.
  void take_plugins_away();
  void bring_plugins_back();
  void configure_environment(const std::string& member, const std::string& text);

  manager::configuration settings() const;
  void start();
  void stop();
  /// The program itself, in a child process; `environment` comes before what the test has.
  void start_program(const std::vector<std::string>& environment = {});
  /// Waits for the program's death and starts the next one, so many times.
  void outlive(int deaths);
  void kill_program();      // SIGKILL
  int terminate_program();  // SIGTERM; returns its exit status
  /// True once the program has ended by itself.
  bool program_ended();
  /// Waits for that; its exit code, or -1 when a signal ended it.
  int wait_for_program();
  void signal_program(int number);
  pid_t program() const { return program_; }
  /// What it has written to its standard error stream.
  std::string program_log() const { return read_file(directory_.path() / "log"); }
  /// The program with these words before --config, to its end.
  struct finished {
    int code = -1;  // -1: a signal
    std::string text;
    int signal = 0;
  };
  finished run_program(const std::vector<std::string>& words,
                       const std::vector<std::string>& environment = {});

  answer request(const std::string& method, const std::string& path, const std::string& body = "");
  answer get(const std::string& path) { return request("GET", path); }
  /// One that is accepted (202) and whose work ends the program, by a script's kill_host: it may be
  /// dead before it has answered, and what is in its journal goes on all the same.
  void request_that_kills(const std::string& method, const std::string& path,
                          const std::string& body = "");
  int port() const { return port_; }
  /// Where the answer says that its list goes on (Link: …; rel="next"); empty: nowhere.
  std::string next_page(const std::string& path) const;

  /// Asks until `member` of the answer is `value`; fails the test after a long time.
  answer wait_for(const std::string& path, const std::string& member, const std::string& value);
  answer wait_for_state(const std::string& application, const std::string& state) {
    return wait_for("/applications/" + application + "/status", "status", state);
  }
  void deploy(const std::string& package);
  void create(const std::string& application, const std::string& package);
  /// Does it, with the state as proof.
  void create_and_start(const std::string& application, const std::string& package);

  void script(const std::string& name, const std::string& json_text);
  void unscript(const std::string& name);
  std::vector<manager::json::document> calls(const std::string& verb) const;
  bool made(const std::string& application, const std::string& component) const;

 private:
  std::string configuration_text() const;
  pid_t spawn(std::vector<std::string> words, const std::vector<std::string>& environment,
              const std::filesystem::path& output, const std::filesystem::path& errors);

  temporary_directory directory_;
  manager::json::document configuration_;
  std::unique_ptr<manager::deployment_manager> inside_;
  pid_t program_ = -1;
  int port_ = 0;
};

/// Fails the test when it does not become true in a long time.
void eventually(const std::function<bool()>& condition);

/// An account of every Debian system, not root.
inline constexpr const char* some_user = "daemon";
inline constexpr const char* other_user = "nobody";

}  // namespace manager_test
