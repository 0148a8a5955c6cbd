// The restarts of a job within Flink.
// SPDX-License-Identifier: Apache-2.0
#include "observation/restarts.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/container_failure.h"

namespace dm::observation {

namespace {

std::int64_t newest_exception_ms(const flink::job_exceptions& exceptions) {
  return exceptions.history.empty() ? exceptions.timestamp_ms
                                    : exceptions.history.front().timestamp_ms;
}

// The metric is up to ten seconds old, the history is cut by Flink, and before 1.13 there is none:
// then a job that runs with an exception behind it has been restarted at least once.
std::int64_t count_of(const observed_facts& facts) {
  std::int64_t count = facts.restarts.value_or(0);
  if (!facts.exceptions || !facts.job) return count;
  const bool runs_again = facts.job->state == "RUNNING";
  if (runs_again || facts.job->state == "RESTARTING")
    count = std::max(count, static_cast<std::int64_t>(facts.exceptions->history.size()));
  if (runs_again && !facts.exceptions->root_exception.empty())
    count = std::max<std::int64_t>(count, 1);
  return count;
}

}  // namespace

std::string newest_exception(const observed_facts& facts) {
  if (!facts.exceptions) return {};
  const flink::job_exceptions& exceptions = *facts.exceptions;
  if (!exceptions.history.empty() && !exceptions.history.front().message.empty())
    return exceptions.history.front().message;
  return flink::failure_summary(exceptions.root_exception);
}

std::optional<restart_report> restarts_of(const observed_facts& facts) {
  const std::int64_t count = count_of(facts);
  if (count == 0) return std::nullopt;
  restart_report report;
  report.count = count;
  if (facts.exceptions && newest_exception_ms(*facts.exceptions) > 0)
    report.since_at = io::from_epoch_ms(newest_exception_ms(*facts.exceptions));
  report.exception = newest_exception(facts);
  return report;
}

std::string described(const restart_report& report) {
  std::string text = fmt::format(
      "restarted {} by Flink", report.count == 1 ? "once" : fmt::format("{} times", report.count));
  if (report.since_at != io::wall_time{})
    text += fmt::format(", last at {}", io::to_rfc3339(report.since_at));
  return report.exception.empty() ? text : text + ": " + report.exception;
}

}  // namespace dm::observation
