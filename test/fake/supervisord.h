// supervisord's XML-RPC interface over imaginary processes. Faults and answers as those of
// supervisor 4.2.5.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fake/http_server.h"

namespace dm::fake {

struct supervised_process {
  std::string name;
  std::string state = "STOPPED";  // STOPPED STARTING RUNNING BACKOFF STOPPING EXITED FATAL UNKNOWN
  int exit_status = 0;
  int pid = 0;
  std::int64_t started_s = 0;
  std::int64_t stopped_s = 0;
  std::string spawn_error;

  bool alive() const {
    return state == "STARTING" || state == "RUNNING" || state == "BACKOFF" || state == "STOPPING";
  }
};

class supervisord {
 public:
  // config_dir: its *.conf files are what reloadConfig reads, each [program:<name>] in them a
  // program; may be empty.
  explicit supervisord(std::string config_dir = {});
  supervisord(std::string config_dir, const std::string& unix_socket);

  std::string url() const { return server_.address() + "/RPC2"; }
  http_server& server() { return server_; }

  void require_login(std::string user, std::string password);  // 401 for anything else
  void fail_reload(const std::string& text);                   // fault 92 CANT_REREAD; "" for none
  void fail_start(const std::string& program, int code,
                  const std::string& text);  // for instance 50 SPAWN_ERROR

  void add(supervised_process process);  // as if it had been there before
  void change(const std::string& name, const std::function<void(supervised_process&)>& how);
  std::optional<supervised_process> process(const std::string& name) const;
  std::vector<std::string> names() const;

  // Called, on a thread of the server, when a program has been started or stopped: a test plays the
  // guard there.
  void on_start(std::function<void(const std::string& name)> started);
  void on_stop(std::function<void(const std::string& name)> stopped);

 private:
  struct fault {
    int code;
    std::string text;
  };
  using values = std::vector<std::string>;
  std::string call(const std::string& method, const values& arguments, std::string& started,
                   std::string& stopped);
  std::string reload();
  std::map<std::string, std::string> read_config() const;  // program to the text of its section
  void start(supervised_process& process);
  supervised_process& known(const std::string& name);
  response answer(const request& asked);

  std::string config_dir_;
  mutable std::mutex mutex_;
  std::map<std::string, supervised_process> processes_;
  std::map<std::string, std::string> configured_;  // as the last reloadConfig read it
  std::map<std::string, std::string>
      active_;  // the sections that the process groups were made from
  std::map<std::string, fault> start_faults_;
  std::string reload_fault_;
  std::string login_;  // base64 of user:password
  int next_pid_ = 1000;
  std::function<void(const std::string&)> started_;
  std::function<void(const std::string&)> stopped_;
  http_server server_;
};

}  // namespace dm::fake
