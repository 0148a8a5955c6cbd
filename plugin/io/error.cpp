// What went wrong: its spelling, and text from elsewhere made fit for a log line.
// SPDX-License-Identifier: Apache-2.0
#include "io/error.h"

#include <algorithm>

#include "io/utf8.h"
#include "io/visible_text.h"

namespace dm {

std::string_view to_string(status_code code) {
  switch (code) {
    case status_code::ok:
      return "OK";
    case status_code::cancelled:
      return "CANCELLED";
    case status_code::invalid_argument:
      return "INVALID_ARGUMENT";
    case status_code::deadline_exceeded:
      return "DEADLINE_EXCEEDED";
    case status_code::not_found:
      return "NOT_FOUND";
    case status_code::already_exists:
      return "ALREADY_EXISTS";
    case status_code::permission_denied:
      return "PERMISSION_DENIED";
    case status_code::resource_exhausted:
      return "RESOURCE_EXHAUSTED";
    case status_code::failed_precondition:
      return "FAILED_PRECONDITION";
    case status_code::unimplemented:
      return "UNIMPLEMENTED";
    case status_code::internal:
      return "INTERNAL";
    case status_code::unavailable:
      return "UNAVAILABLE";
    case status_code::unauthenticated:
      return "UNAUTHENTICATED";
  }
  return "INTERNAL";
}

std::string_view to_string(reason_code code) {
  switch (code) {
    case reason_code::none:
      return "";
    case reason_code::tasks_not_running:
      return "TASKS_NOT_RUNNING";
    case reason_code::several_jobs:
      return "SEVERAL_JOBS";
    case reason_code::job_manager_silent:
      return "JOB_MANAGER_SILENT";
    case reason_code::savepoint_not_recorded:
      return "SAVEPOINT_NOT_RECORDED";
    case reason_code::savepoint_failed:
      return "SAVEPOINT_FAILED";
    case reason_code::savepoint_goes_on:
      return "SAVEPOINT_GOES_ON";
    case reason_code::end_not_seen:
      return "END_NOT_SEEN";
    case reason_code::restore_point_unusable:
      return "RESTORE_POINT_UNUSABLE";
    case reason_code::restore_point_foreign:
      return "RESTORE_POINT_FOREIGN";
    case reason_code::no_restore_point:
      return "NO_RESTORE_POINT";
  }
  return "";
}

std::string error::text() const {
  std::string notes;
  const auto note = [&notes](const std::string& text) {
    if (!notes.empty()) notes += "; ";
    notes += text;
  };
  for (const problem& detail : details) {
    note(detail.path + ": found " + detail.found + ", allowed: " + detail.allowed);
  }
  for (const error_cause& cause : causes) note("cause: " + cause.source + ": " + cause.message);
  if (!hint.empty()) note(hint);
  return notes.empty() ? message : message + " (" + notes + ")";
}

tl::unexpected<error> fail_while(std::string_view tried, error e) {
  e.message.insert(0, std::string(tried) + ": ");
  return tl::unexpected<error>(std::move(e));
}

std::string first_line(std::string_view text, std::size_t limit) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start);
  text = text.substr(0, text.find_first_of("\r\n"));
  const bool cut = text.size() > limit;
  // Cut before it is made visible, so that a huge line costs nothing; a character split by the cut
  // is dropped.
  std::string line =
      io::visible_text(text.substr(0, io::character_boundary(text, limit)), io::lines::joined);
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return cut ? line + "..." : line;
}

}  // namespace dm
