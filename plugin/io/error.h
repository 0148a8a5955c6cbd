// What went wrong, as an operator needs to read it, and the result type that carries it. It is the
// error object of abi/documents.md, before it becomes JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>  // std::expected of C++23, for C++20

namespace dm {

// The canonical codes, with the numbers of the ABI (dm_plugin.h, enum dm_status_code).
enum class status_code : std::int32_t {
  ok = 0,
  cancelled = 1,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  unauthenticated = 16,
};

// "FAILED_PRECONDITION" and so on: the spelling of the documents.
std::string_view to_string(status_code code);

// Why something was refused, where who asks can do more about it than mend the cause. A value,
// since what to do is said in the words of who asks: each front of a host has options of its own.
enum class reason_code : std::uint8_t {
  none,
  tasks_not_running,       // not every task of the job runs: there is nothing whole to save
  several_jobs,            // its application runs more than one job
  job_manager_silent,      // the job lives, and its JobManager does not answer
  savepoint_not_recorded,  // where its savepoints lie cannot be written
  savepoint_failed,        // Flink took none, or did not stop the job with it
  savepoint_goes_on,       // Flink was asked for it, and its result is not known yet
  end_not_seen,            // the stop is recorded, and what lived had not gone in time
  restore_point_unusable,  // the one that was named
  restore_point_foreign,   // so is another component's
  no_restore_point,        // none can be chosen, and a start without state is not allowed
};

// "TASKS_NOT_RUNNING" and so on; empty for none.
std::string_view to_string(reason_code code);

// One thing that is wrong with an input.
struct problem {
  std::string path;     // JSON path or file: "$.properties.component_flink_parallelism"
  std::string found;    // what was there, shortened, never a secret
  std::string allowed;  // what is allowed instead
};

// What somebody else said that led to the error.
struct error_cause {
  std::string source;   // "jobmanager http://node7:41233"
  std::string message;  // first line of what it said
};

struct error {
  status_code code = status_code::internal;
  // What was tried, on which host, what came back, what state things are in now.
  std::string message;
  std::string hint;  // what to do next; may be empty
  std::vector<problem> details;
  std::vector<error_cause> causes;
  std::string component;  // set by the verb
  // A request that changes something was sent and no answer came: it may have been carried out.
  bool maybe_done = false;
  reason_code why = reason_code::none;

  // "message (cause: ...; hint)": for a log line.
  std::string text() const;
};

template <class T>
using result = tl::expected<T, error>;

// An error as the failure of any result: return fail(status_code::not_found, "...");
inline tl::unexpected<error> fail(status_code code, std::string message, std::string hint = {}) {
  error e;
  e.code = code;
  e.message = std::move(message);
  e.hint = std::move(hint);
  return tl::unexpected<error>(std::move(e));
}
inline tl::unexpected<error> fail(status_code code, reason_code why, std::string message,
                                  std::string hint = {}) {
  auto failed = fail(code, std::move(message), std::move(hint));
  failed.value().why = why;
  return failed;
}
inline tl::unexpected<error> fail(error e) { return tl::unexpected<error>(std::move(e)); }

// Hands the error of another result on, with what was tried put in front of its message.
tl::unexpected<error> fail_while(std::string_view tried, error e);

// The first line of a long text, cut to `limit` bytes at a character boundary: stack traces are not
// for people.
std::string first_line(std::string_view text, std::size_t limit = 400);

}  // namespace dm
