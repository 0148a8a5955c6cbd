// The governor: budget and back-off, computed from the component's log.
// SPDX-License-Identifier: Apache-2.0
#include "guard/governor.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "flink/client_output.h"

namespace dm::guard {

using component::decision;
using component::outcome;

namespace {

bool failed(const component::end_fact& end) {
  return end.outcome == outcome::failed || end.outcome == outcome::unknown ||
         end.outcome == outcome::killed;
}

// The number of failures in a row, `end` included, each soon after its start.
int failures_in_a_row(const component::guard_spec& spec, const component::log_snapshot& log,
                      const component::end_fact& end) {
  const std::uint64_t since = log.run_began();
  int count = 0;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first > since; ++it) {
    const component::log_record& record = it->second;
    if (record.kind != component::record_kind::incarnation || record.number > end.epoch) continue;
    const component::end_fact* ended = &end;
    if (record.number != end.epoch) {
      const auto found = log.ends.find(record.number);
      if (found == log.ends.end()) continue;
      ended = &found->second;
    }
    if (!ended->counts) continue;
    if (!failed(*ended)) break;
    ++count;
    if (ended->ended_at - record.written_at >= io::milliseconds(spec.restart_window_ms)) break;
  }
  return count;
}

io::milliseconds delay_before(const component::guard_spec& spec, int failures, double jitter) {
  const double doubled = static_cast<double>(spec.respawn_delay_ms) *
                         std::pow(2.0, static_cast<double>(std::min(failures - 1, 20)));
  const double spread = doubled * (0.8 + 0.4 * std::clamp(jitter, 0.0, 1.0));
  return io::milliseconds(
      static_cast<std::int64_t>(std::min(spread, static_cast<double>(longest_delay.count()))));
}

}  // namespace

verdict judge(const component::guard_spec& spec, const component::log_snapshot& log,
              const component::end_fact& end, double jitter) {
  if (!log.wanted()) return {decision::none, {}, "the component is not wanted any more"};
  const bool hopeless = end.outcome == outcome::failed &&
                        flink::permanent(flink::parse_failure_class(end.failure_class));
  if (!end.counts && !hopeless)
    return {decision::restart, end.ended_at, "nothing had been submitted"};
  switch (end.outcome) {
    case outcome::completed:
      return {decision::none, {}, "the job has completed"};
    case outcome::stopped:
      return {decision::none, {}, "the job was stopped"};
    case outcome::killed:
      if (spec.respawn != component::respawn::always) {
        return {decision::none, {}, "killed from outside; only respawn_type=always restarts that"};
      }
      break;
    case outcome::unknown:
      if (spec.job_type == component::job_type::batch) {
        return {decision::give_up,
                {},
                "how the batch run ended is unknown; it is not submitted a second time"};
      }
      break;
    case outcome::failed:
      break;
  }
  if (spec.respawn == component::respawn::never)
    return {decision::give_up, {}, "respawn_type says not to restart"};
  if (hopeless) {
    return {decision::give_up, {}, fmt::format("a retry cannot help ({})", end.failure_class)};
  }
  const int failures = failures_in_a_row(spec, log, end);
  if (failures > spec.restart_attempts) {
    return {decision::give_up,
            {},
            fmt::format("{} failures in a row, each within {} s of its start", failures,
                        spec.restart_window_ms / 1000)};
  }
  const io::milliseconds delay = delay_before(spec, failures, jitter);
  return {decision::restart, end.ended_at + delay,
          fmt::format("restart {} of {} in {:.1f} s", failures, spec.restart_attempts,
                      static_cast<double>(delay.count()) / 1000.0)};
}

}  // namespace dm::guard
