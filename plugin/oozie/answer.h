// What Oozie's answers say, as its server 5.2.1 gives them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.h"
#include "io/time.h"

namespace dm::oozie {

// Oozie's words for a coordinator, a coordinator's action and a workflow, by what follows from
// them.
enum class job_phase { under_way, suspended, succeeded, ended_badly, unknown };
job_phase phase_of_job(std::string_view status);  // of a coordinator or workflow
inline bool is_over(job_phase phase) {
  return phase == job_phase::succeeded || phase == job_phase::ended_badly;
}

struct coordinator_action {
  std::int64_t number = 0;
  std::string status;          // Oozie's word
  std::string workflow_id;     // empty: none yet
  io::wall_time nominal_at{};  // when it is due
  std::string error_code;      // Oozie's; empty: none
  std::string error_message;   // its sentence, for people

  bool waits() const { return status == "WAITING" || status == "READY"; }
  // Its time has passed, and it was never begun.
  bool missed() const { return status == "TIMEDOUT" || status == "SKIPPED" || status == "IGNORED"; }
};

struct coordinator {
  std::string id;
  std::string name;
  std::string status;  // Oozie's word
  std::string user;
  io::wall_time end_at{};
  io::wall_time next_materialized_at{};     // when the first run is due that it has not made yet
  std::vector<coordinator_action> actions;  // newest first, as many as were asked for

  job_phase phase() const { return phase_of_job(status); }
  // By itself, whatever its runs came to.
  bool end_has_come() const { return status == "SUCCEEDED" || status == "DONEWITHERROR"; }
};

struct workflow {
  std::string id;
  std::string name;
  std::string status;     // Oozie's word
  std::string parent_id;  // of the coordinator's action, "…-C@7"; empty: none

  job_phase phase() const { return phase_of_job(status); }
  std::string coordinator_id() const { return parent_id.substr(0, parent_id.find('@')); }
};

// "0000003-261127173400269-oozie-flin-W", with the letter.
bool is_job_id(std::string_view text, char letter);
// "<workflow's id>.<its number of reruns>", as the workflow of a component names its run.
struct run_name {
  std::string workflow_id;
  std::int64_t rerun = 0;
};
std::optional<run_name> parse_run(std::string_view text);

// Which question an answer is to: what an error code means depends on it.
enum class question { look_up, submission, change };
// Errors: NOT_FOUND, INVALID_ARGUMENT (Oozie refuses what it was given for good), PERMISSION_DENIED
// by Oozie's own error code, UNAUTHENTICATED for 401; all else is UNAVAILABLE: nothing follows from
// it (INV-10).
result<void> require_answer(question asked, const io::http_response& response,
                            const std::string& who);

result<std::vector<coordinator>> read_coordinators(const io::http_response& response,
                                                   const std::string& who);
result<coordinator> read_coordinator(const io::http_response& response, const std::string& who);
result<workflow> read_workflow(const io::http_response& response, const std::string& who);
result<std::string> read_submitted(const io::http_response& response, const std::string& who);

}  // namespace dm::oozie
