// What led to a component's present state, told from its log.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/story.h"

#include <fmt/format.h>

#include "flink/failure_class.h"
#include "flink/savepoint_rest.h"

namespace dm::diagnosis {

namespace {

using component::decision;
using component::end_fact;
using component::log_record;
using component::log_snapshot;
using component::outcome;
using component::record_kind;

// Of a long row of failures the newest are told one by one.
constexpr std::size_t most_told = 5;

std::string at(io::wall_time time) {
  return time == io::wall_time{} ? std::string() : " at " + io::to_rfc3339(time);
}

std::string by(const std::string& user) { return user.empty() ? std::string() : " by " + user; }

std::string run_sentence(const log_record& run) {
  std::string text = fmt::format("A start was asked for{}{} on node {} (record {})",
                                 at(run.written_at), by(run.user), run.node, run.number);
  if (run.continues != 0)
    text += fmt::format(", which goes on with record {} after a stop that failed", run.continues);
  if (!run.restore_path.empty())
    text += fmt::format("; it names {} to begin from", flink::hdfs_uri(run.restore_path));
  if (run.accept_state_loss) text += "; it allows the loss of state";
  return text + ".";
}

std::string stop_sentence(const log_record& stop) {
  if (stop.stop_cause == component::destroyed) {
    return fmt::format("The component was destroyed{}{} (record {}){}.", at(stop.written_at),
                       by(stop.user), stop.number,
                       stop.state_disposed ? ", with all of its state" : "");
  }
  if (stop.stop_cause == "start-failed") {
    return fmt::format("The start failed for good, and was taken back{} (record {}).",
                       at(stop.written_at), stop.number);
  }
  return fmt::format(
      "A stop was asked for{}{} (record {}){}.", at(stop.written_at), by(stop.user), stop.number,
      stop.savepoint_operation.empty() ? ", without a savepoint"
                                       : ", with the savepoint " + stop.savepoint_operation);
}

std::string submission_sentence(const log_snapshot& log, const log_record& incarnation) {
  std::string text =
      fmt::format("Incarnation {} was claimed{}", incarnation.number, at(incarnation.written_at));
  text +=
      incarnation.restore_path.empty()
          ? ", to begin without state"
          : fmt::format(
                ", to go on from {}{}", flink::hdfs_uri(incarnation.restore_path),
                incarnation.restore_id.empty() ? "" : fmt::format(" ({})", incarnation.restore_id));
  if (incarnation.queue_policy) text += "; " + component::described(*incarnation.queue_policy);
  const auto fact = log.applications.find(incarnation.number);
  if (fact != log.applications.end() && !fact->second.application_id.empty()) {
    text += fmt::format("; YARN runs it as {}{}", fact->second.application_id,
                        fact->second.job_id.empty() ? "" : ", Flink as job " + fact->second.job_id);
  }
  return text + ".";
}

std::string_view whose_trouble(const end_fact& end) {
  if (end.outcome == outcome::unknown)
    return "YARN has lost it, which uses up nothing of the program's budget";
  if (end.outcome != outcome::failed) return {};
  const auto failure = flink::parse_failure_class(end.failure_class);
  if (!end.counts) return "nothing had been submitted";
  if (flink::permanent(failure)) return "the program itself proves that a retry cannot help";
  return flink::budget_of(failure) == flink::budget::cluster
             ? "that is the cluster's or the node's trouble, which is waited out and uses up "
               "nothing of the program's budget"
             : "that is the program's failure, and counts";
}

std::string end_sentence(const end_fact& end) {
  std::string text = fmt::format("Incarnation {} ended{} as {}", end.epoch, at(end.ended_at),
                                 component::to_string(end.outcome));
  if (end.lived_ms >= 0)
    text += fmt::format(" after {:.1f} s", static_cast<double>(end.lived_ms) / 1000.0);
  if (!end.cause.empty()) text += ": " + end.cause;
  if (!end.frame.empty()) text += fmt::format(", thrown at {}", end.frame);
  if (!end.source.empty() || !end.failure_class.empty()) {
    text += fmt::format(" ({}{}{})", end.failure_class,
                        end.failure_class.empty() || end.source.empty() ? "" : ", ",
                        end.source.empty() ? "" : "by " + end.source);
  }
  if (const std::string_view whose = whose_trouble(end); !whose.empty())
    text += fmt::format("; {}", whose);
  return text + ".";
}

std::string decision_sentence(const end_fact& end) {
  switch (end.decision) {
    case decision::restart:
      return fmt::format("The guard decided for another attempt{}.", at(end.restart_at));
    case decision::give_up:
      return end.restart_at == io::wall_time{}
                 ? std::string("The guard gave up.")
                 : fmt::format("The guard gave up; it tries again{} all the same.",
                               at(end.restart_at));
    case decision::none:
      break;
  }
  return "Nothing was to follow.";
}

// Failures of the program since the newest run began, the newest ones in an unbroken row.
int failures_in_a_row(const log_snapshot& log) {
  int count = 0;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first > log.run_began();
       ++it) {
    if (it->second.kind != record_kind::incarnation) continue;
    const auto end = log.ends.find(it->first);
    if (end == log.ends.end() || !end->second.counts) continue;
    if (end->second.outcome == outcome::completed || end->second.outcome == outcome::stopped) break;
    const auto failure = flink::parse_failure_class(end->second.failure_class);
    if (end->second.outcome == outcome::failed &&
        flink::budget_of(failure) == flink::budget::program)
      ++count;
  }
  return count;
}

void tell_budget(const log_snapshot& log, const std::optional<restart_budget>& budget,
                 std::vector<std::string>& story) {
  const int failures = log.wanted() ? failures_in_a_row(log) : 0;
  if (failures == 0) return;
  std::string text = fmt::format("In a row {} of its runs {} failed by the program's own fault",
                                 failures, failures == 1 ? "has" : "have");
  if (budget) {
    text += fmt::format("; {} in a row, each within {} s of its start, are followed by another run",
                        budget->attempts, budget->window_ms / 1000);
  }
  story.push_back(text + ".");
}

// What the intent at hand goes back to: the first of the runs that it continues, or of what a stop
// has ended.
std::uint64_t beginning_of(const log_snapshot& log) {
  if (const std::uint64_t began = log.run_began(); began != 0) return began;
  std::uint64_t newest_run = 0;
  for (const auto& [number, record] : log.records) {
    if (record.kind == record_kind::run && number > log.life_began()) newest_run = number;
  }
  return newest_run;
}

}  // namespace

std::string state_sentence(const observation::component_status& status) {
  std::string text = fmt::format(
      "So the component is {} ({}){}", observation::to_string(status.state),
      observation::to_string(status.confidence),
      status.since == io::wall_time{} ? ""
                                      : fmt::format(", since {}", io::to_rfc3339(status.since)));
  if (!status.reason.empty()) text += ": " + status.reason;
  return text + ".";
}

std::vector<std::string> story_of(const log_snapshot& log,
                                  const observation::component_status& status,
                                  const std::optional<restart_budget>& budget) {
  std::vector<std::string> story;
  const log_record* intent = log.newest_intent();
  if (intent == nullptr) {
    story.emplace_back("The component was never started.");
    story.push_back(state_sentence(status));
    return story;
  }
  const std::uint64_t began = beginning_of(log);
  std::vector<const log_record*> told;
  std::size_t incarnations = 0;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first >= began; ++it) {
    const log_record& record = it->second;
    const bool submission = record.kind == record_kind::incarnation;
    if (submission && ++incarnations > most_told) continue;
    told.push_back(&record);
  }
  if (began == 0) told.assign(1, intent);
  for (auto it = told.rbegin(); it != told.rend(); ++it) {
    const log_record& record = **it;
    switch (record.kind) {
      case record_kind::run:
        story.push_back(run_sentence(record));
        if (incarnations > most_told && record.number == began) {
          story.push_back(fmt::format(
              "Since then {} incarnations were claimed; these are the newest.", incarnations));
        }
        break;
      case record_kind::stop:
        story.push_back(stop_sentence(record));
        break;
      case record_kind::incarnation:
        story.push_back(submission_sentence(log, record));
        if (const auto end = log.ends.find(record.number); end != log.ends.end()) {
          story.push_back(end_sentence(end->second));
          if (end->second.outcome != outcome::stopped && end->second.outcome != outcome::completed)
            story.push_back(decision_sentence(end->second));
        }
        break;
    }
  }
  tell_budget(log, budget, story);
  story.push_back(state_sentence(status));
  return story;
}

}  // namespace dm::diagnosis
