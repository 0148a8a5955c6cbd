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

// A node that refuses to start a client may be about to have its package replaced.
constexpr int least_attempts_to_start = 5;

bool failed(const component::end_fact& end) {
  return end.outcome == outcome::failed || end.outcome == outcome::unknown ||
         end.outcome == outcome::killed;
}

flink::failure_class class_of(const component::end_fact& end) {
  return flink::parse_failure_class(end.failure_class);
}

// The cluster's trouble, or the node's. An application that YARN has lost was lost by the cluster.
bool waited_out(const component::end_fact& end) {
  if (end.outcome == outcome::unknown) return true;
  return end.outcome == outcome::failed &&
         flink::budget_of(class_of(end)) == flink::budget::cluster;
}

// Claimed, never submitted, and nobody's fault.
bool burnt(const component::end_fact& end) {
  return !end.counts && (end.outcome != outcome::failed || end.failure_class.empty());
}

bool lived_long(const component::guard_spec& spec, const component::log_record& record,
                const component::end_fact& end) {
  const io::milliseconds lived =
      end.lived_ms >= 0
          ? io::milliseconds(end.lived_ms)
          : std::chrono::duration_cast<io::milliseconds>(end.ended_at - record.written_at);
  return lived >= io::milliseconds(spec.restart_window_ms);
}

// The failures in a row, `end` included, each soon after its start. Those that are waited out and
// those of the program are counted apart: what waits ends with the first failure of the program,
// while a bad hour of the cluster neither adds to the program's failures nor forgives them.
int failures_in_a_row(const component::guard_spec& spec, const component::log_snapshot& log,
                      const component::end_fact& end) {
  const std::uint64_t since = log.run_began();
  const bool waits = waited_out(end);
  const auto own = log.records.find(end.epoch);
  const std::string run = own == log.records.end() ? std::string() : own->second.run_name;
  int count = 0;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first > since; ++it) {
    const component::log_record& record = it->second;
    if (record.kind != component::record_kind::incarnation || record.number > end.epoch) continue;
    // Of a scheduled component each run counts for itself.
    if (record.run_name != run) break;
    const component::end_fact* ended = &end;
    if (record.number != end.epoch) {
      const auto found = log.ends.find(record.number);
      if (found == log.ends.end()) continue;
      ended = &found->second;
    }
    if (burnt(*ended)) continue;
    if (!failed(*ended)) break;
    const bool same = waited_out(*ended) == waits;
    if (waits && !same) break;
    if (same) ++count;
    if (lived_long(spec, record, *ended)) break;
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

double seconds_of(io::milliseconds delay) { return static_cast<double>(delay.count()) / 1000.0; }

std::string_view waited_for(flink::failure_class failure) {
  if (failure == flink::failure_class::node_trouble) return "waiting for this node";
  if (failure == flink::failure_class::queue_policy_refused) return "waiting for the queue policy";
  return "waiting for the cluster";
}

verdict wait_it_out(const component::guard_spec& spec, const component::log_snapshot& log,
                    const component::end_fact& end, io::wall_time now, double jitter) {
  const io::milliseconds delay = delay_before(spec, failures_in_a_row(spec, log, end), jitter);
  const std::string waiting(waited_for(class_of(end)));
  return {decision::restart, now + delay,
          fmt::format("{}: next attempt in {:.1f} s", waiting, seconds_of(delay)),
          // The policy's own words say whom it waits for, also when nobody waits any more.
          class_of(end) == flink::failure_class::queue_policy_refused ? std::string() : waiting};
}

verdict give_up(const component::guard_spec& spec, io::wall_time now, std::string reason) {
  if (spec.retry_after_give_up_ms == 0) return {decision::give_up, {}, std::move(reason), {}};
  const io::milliseconds delay(spec.retry_after_give_up_ms);
  return {decision::give_up,
          now + delay,
          fmt::format("{}; tried again in {:.0f} s all the same", reason, seconds_of(delay)),
          {}};
}

}  // namespace

verdict judge(const component::guard_spec& spec, const component::log_snapshot& log,
              const component::end_fact& end, io::wall_time now, double jitter) {
  if (!log.wanted()) return {decision::none, {}, "the component is not wanted any more", {}};
  if (burnt(end)) return {decision::restart, now, "nothing had been submitted", {}};
  switch (end.outcome) {
    case outcome::completed:
      return {decision::none, {}, "the job has completed", {}};
    case outcome::stopped:
      return {decision::none, {}, "the job was stopped", {}};
    case outcome::killed:
      // Whoever ends a run of a schedule means it; the next one comes by itself.
      if (spec.respawn != component::respawn::always || spec.oozie) {
        return {
            decision::none, {}, "killed from outside; only respawn_type=always restarts that", {}};
      }
      break;
    case outcome::unknown:
      if (spec.job_type == component::job_type::batch) {
        return {decision::give_up,
                {},
                "how the batch run ended is unknown; it is not submitted a second time",
                {}};
      }
      break;
    case outcome::failed:
      break;
  }
  // respawn_type is about jobs: one that never came to run is waited for whatever it says.
  const bool never_ran =
      end.outcome == outcome::failed && (end.application_id.empty() || !end.counts);
  if (waited_out(end) && never_ran) return wait_it_out(spec, log, end, now, jitter);
  if (spec.respawn == component::respawn::never)
    return {decision::give_up, {}, "respawn_type says not to restart", {}};
  if (waited_out(end)) return wait_it_out(spec, log, end, now, jitter);
  if (end.outcome == outcome::failed && flink::permanent(class_of(end)))
    return give_up(spec, now, fmt::format("a retry cannot help ({})", end.failure_class));
  const int failures = failures_in_a_row(spec, log, end);
  const int attempts = class_of(end) == flink::failure_class::start_refused
                           ? std::max(spec.restart_attempts, least_attempts_to_start)
                           : spec.restart_attempts;
  if (failures > attempts) {
    return give_up(spec, now,
                   fmt::format("{} failures in a row, each within {} s of its start", failures,
                               spec.restart_window_ms / 1000));
  }
  const io::milliseconds delay = delay_before(spec, failures, jitter);
  return {decision::restart,
          now + delay,
          fmt::format("restart {} of {} in {:.1f} s", failures, attempts, seconds_of(delay)),
          {}};
}

io::milliseconds wait_until(io::wall_time due, io::wall_time now, io::milliseconds longest) {
  const auto left = std::chrono::duration_cast<io::milliseconds>(due - now);
  return std::clamp(left, io::milliseconds(0), longest * 6 / 5);
}

}  // namespace dm::guard
