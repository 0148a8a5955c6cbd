// Oozie's REST API over imaginary coordinators and workflows. Answers and error codes as those of
// Oozie 5.2.1, recorded from the real server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fake/http_server.h"

namespace dm::fake {

struct oozie_action {
  int number = 0;
  std::string status = "WAITING";
  std::string workflow_id;
  std::string nominal = "Fri, 27 Nov 2026 17:48:00 GMT";
  std::string error;  // its sentence; empty: none
};

struct oozie_job {
  std::string id;
  std::string name;
  std::string status = "RUNNING";
  std::string user = "pnda";
  std::string parent;                 // of a workflow
  std::vector<oozie_action> actions;  // of a coordinator
};

class oozie {
 public:
  oozie();

  std::string url() const { return server_.address() + "/oozie"; }
  http_server& server() { return server_; }

  // What is submitted is called so, with the run's number behind it; the real one reads
  // coordinator.xml for it.
  void name_by(const std::string& prefix);
  // As if somebody had submitted it; its id.
  std::string add_coordinator(const std::string& name, const std::string& status = "RUNNING",
                              const std::string& user = "pnda");
  // Of the coordinator's next action.
  std::string add_workflow(const std::string& coordinator, const std::string& status = "RUNNING");
  // One that has no workflow, or one of its own; numbered by itself.
  void add_action(const std::string& coordinator, oozie_action action);
  void forget(const std::string& id);  // as if it had never been
  void set_status(const std::string& id, const std::string& status);
  std::optional<oozie_job> job(const std::string& id) const;
  std::vector<oozie_job> coordinators(const std::string& name = {}) const;
  // The next submission is answered so; "" for no refusal.
  void refuse_submission(const std::string& code, const std::string& message);

 private:
  response answer(const request& asked);
  response submit(const request& asked);

  mutable std::mutex mutex_;
  std::map<std::string, oozie_job> jobs_;
  std::string prefix_ = "dm-test-";
  int next_ = 0;
  std::string refused_code_;
  std::string refused_message_;
  http_server server_;
};

}  // namespace dm::fake
