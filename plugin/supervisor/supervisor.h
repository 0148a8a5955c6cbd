// supervisord by its XML-RPC interface, over HTTP or a unix socket. Source: supervisor 4.2.5.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/http.h"
#include "supervisor/xml_rpc.h"

namespace dm::supervisor {

struct endpoint {
  std::string url;   // "http://127.0.0.1:9001/RPC2" or "unix:///run/supervisor.sock"
  std::string user;  // may be empty
  std::string password;
};

struct process_information {
  std::string name;
  std::string group;
  std::string state;  // STOPPED STARTING RUNNING BACKOFF STOPPING EXITED FATAL UNKNOWN
  int exit_status = 0;
  int pid = 0;
  std::int64_t started_s = 0;  // epoch seconds
  std::int64_t stopped_s = 0;
  std::string spawn_error;
  bool alive() const {
    return state == "STARTING" || state == "RUNNING" || state == "BACKOFF" || state == "STOPPING";
  }
};

// Thread-safe. UNAVAILABLE when supervisord does not answer; UNAUTHENTICATED on 401.
class supervisor {
 public:
  supervisor(io::http_client& http, endpoint endpoint);

  // supervisor.getAllProcessInfo, as a request to be batched and its reader.
  io::http_request all_processes_request() const;
  result<std::vector<process_information>> read_all_processes(
      const io::http_response& response) const;

  // supervisor.getProcessInfo in the same way. nullopt: supervisord does not know the program.
  io::http_request process_request(const std::string& program) const;
  result<std::optional<process_information>> read_process(const io::http_response& response,
                                                          const std::string& program) const;

  result<std::vector<process_information>> all_processes(const io::operation& op);
  result<std::optional<process_information>> process(const io::operation& op,
                                                     const std::string& program);

  // Makes supervisord read its configuration files, and adds, replaces or removes the one named
  // program in it; other programs that changed are left alone. A file that cannot be read is
  // FAILED_PRECONDITION with supervisord's own words, which name the culprit (CANT_REREAD).
  result<void> apply(const io::operation& op, const std::string& program);

  result<bool> start(const io::operation& op, const std::string& program);  // false: ran already
  result<bool> stop(const io::operation& op,
                    const std::string& program);  // false: did not run; waits for its end
  const std::string& url() const { return endpoint_.url; }

 private:
  result<std::variant<rpc_value, rpc_fault>> call(const io::operation& op, std::string_view method,
                                                  const std::vector<rpc_argument>& arguments);
  io::http_request request(std::string body) const;

  io::http_client& http_;
  endpoint endpoint_;
};

}  // namespace dm::supervisor
