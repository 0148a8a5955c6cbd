// The real Deployment Manager as a process of its own, with the tests' scriptable plugin in place
// of Flink, in a temporary directory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/temporary_directory.h"

#include <rapidjson/document.h>
#include <sys/types.h>
#include <cstdint>
#include <string>
#include <vector>

namespace dm::bench {

class manager_process {
 public:
  struct reply {
    int status = 0;
    std::string body;
    rapidjson::Document json;  // null where the body is none
  };

  /// Starts it and waits until it serves on a port of 127.0.0.1, where user.name is believed.
  /// `program`: deployment-manager; `plugins`: the directory of the scriptable plugin; `limits`:
  /// members of `listen`, such as R"("connections":1200)", or none. Throws std::runtime_error with
  /// its log.
  manager_process(const std::string& program, const std::string& plugins,
                  const std::string& limits);
  /// Ends it by SIGTERM, by SIGKILL after a minute.
  ~manager_process();
  manager_process(const manager_process&) = delete;
  manager_process& operator=(const manager_process&) = delete;

  int pid() const { return pid_; }
  std::uint16_t port() const { return port_; }
  /// The account that owns what is made: "?user.name=…".
  const std::string& query() const { return query_; }

  /// One request over a connection of its own; throws std::runtime_error where there is no answer.
  reply ask(const std::string& method, const std::string& target,
            const std::string& body = "") const;
  /// A write that is waited for; throws std::runtime_error unless its operation has succeeded.
  void carry_out(const std::string& method, const std::string& path,
                 const std::string& body = "") const;

  /// Uploads and deploys app-1.0.0, and creates applications app-0, app-1 … of it, every other one
  /// started.
  void make_applications(int count) const;
  /// The archive of app-1.0.0.
  std::string archive() const;
  /// The scriptable plugin takes that long for the verb.
  void slow_down(const std::string& verb, int milliseconds) const;

  std::vector<std::string> applications() const;
  /// Operations that have not ended.
  std::vector<std::string> under_way() const;

 private:
  void start(const std::string& program);
  std::string log() const;

  manager_test::temporary_directory directory_;
  std::string query_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace dm::bench
