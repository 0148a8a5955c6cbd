// What led to a component's present state, told from its log.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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

// As people read it: "2026-11-27 17:25:09 UTC".
std::string moment(io::wall_time time) {
  std::string text = io::to_rfc3339(time).substr(0, 19);
  text[10] = ' ';
  return text + " UTC";
}

// The same of times within a text that was made elsewhere.
std::string with_moments(std::string text) {
  constexpr std::size_t length = 24;  // 2026-01-31T23:59:59.123Z
  for (std::size_t i = 0; i + length <= text.size(); ++i) {
    if (text[i + 10] != 'T' || text[i + length - 1] != 'Z') continue;
    if (const auto time = io::from_rfc3339(std::string_view(text).substr(i, length)))
      text.replace(i, length, moment(*time));
  }
  return text;
}

// What a line of the story begins with; nothing where the time is not known.
std::string when(io::wall_time time) {
  return time == io::wall_time{} ? std::string() : moment(time) + ": ";
}

std::string who(const std::string& user) { return user.empty() ? "somebody" : user; }

std::string run_sentence(const log_record& run) {
  std::string text = fmt::format("{}{} asked for a start on node {}", when(run.written_at),
                                 who(run.user), run.node);
  if (run.continues != 0) text += ", to go on after a stop that failed";
  if (!run.restore_path.empty()) text += ", from " + flink::hdfs_uri(run.restore_path);
  if (run.accept_state_loss) text += "; a loss of state was allowed";
  return text + ".";
}

std::string stop_sentence(const log_record& stop) {
  if (stop.stop_cause == component::destroyed) {
    // An upgrade takes a component away, too, and lays it out anew.
    return fmt::format("{}{}{}.", when(stop.written_at), who(stop.user),
                       stop.state_disposed
                           ? " destroyed the component, with all of its state"
                           : " had the component taken away: destroyed it, or upgraded the "
                             "application");
  }
  if (stop.stop_cause == "start-failed")
    return fmt::format("{}the start had failed for good, and was taken back.",
                       when(stop.written_at));
  return fmt::format("{}{} asked for a stop{}.", when(stop.written_at), who(stop.user),
                     stop.savepoint_operation.empty()
                         ? " without a savepoint"
                         : " with the savepoint " + stop.savepoint_operation);
}

std::string submission_sentence(const log_snapshot& log, const log_record& run,
                                const log_record* intent) {
  std::string text = fmt::format("{}run {} began", when(run.written_at), run.number);
  if (run.restore_path.empty()) {
    text += " without state";
  } else if (intent == nullptr || intent->restore_path != run.restore_path) {
    text += fmt::format(" from {}{}", run.restore_id.empty() ? "" : run.restore_id + " at ",
                        flink::hdfs_uri(run.restore_path));
  } else {
    text += " from there";  // the start has named it
  }
  const auto fact = log.applications.find(run.number);
  if (fact != log.applications.end() && !fact->second.application_id.empty()) {
    text += fmt::format(", as {}{}", fact->second.application_id,
                        fact->second.job_id.empty() ? "" : ", Flink job " + fact->second.job_id);
  }
  if (run.queue_policy) text += "; " + component::described(*run.queue_policy);
  return text + ".";
}

// The end of one that was refused before anything was submitted; nullptr: it was none.
const end_fact* end_of_refused(const log_snapshot& log, const log_record& record) {
  if (record.kind != record_kind::incarnation) return nullptr;
  const auto end = log.ends.find(record.number);
  return end != log.ends.end() && !end->second.counts ? &end->second : nullptr;
}

// before: how many in a row went the same way before it.
std::string refused_sentence(const end_fact& end, std::size_t before, const std::string& told) {
  std::string text =
      fmt::format("{}nothing was submitted for run {}", when(end.ended_at), end.epoch);
  if (before > 0) text += fmt::format(", nor for the {} before it", before);
  if (!end.cause.empty())
    text += told.find(end.cause) != std::string::npos ? ", as said above"
                                                      : ": " + with_moments(end.cause);
  if (!end.failure_class.empty()) text += fmt::format(" ({})", end.failure_class);
  return text.ends_with('.') ? text : text + ".";
}

std::string_view whose_trouble(const end_fact& end) {
  if (end.outcome == outcome::unknown)
    return "YARN has lost it, which uses up nothing of the program's attempts";
  if (end.outcome != outcome::failed) return {};
  const auto failure = flink::parse_failure_class(end.failure_class);
  if (flink::permanent(failure)) return "the program itself proves that a retry cannot help";
  return flink::budget_of(failure) == flink::budget::cluster
             ? "that is the cluster's or the node's trouble, which is waited out and uses up "
               "nothing of the program's attempts"
             : "that is the program's own failure, and counts";
}

std::string_view ended_words(outcome how) {
  switch (how) {
    case outcome::completed:
      return "completed";
    case outcome::stopped:
      return "was stopped";
    case outcome::killed:
      return "was killed from outside";
    case outcome::failed:
      return "failed";
    case outcome::unknown:
      break;
  }
  return "ended, nobody knows how";
}

// `told`: what has been said already. A cause that is in it is not said again.
std::string end_sentence(const end_fact& end, const std::string& told) {
  std::string text =
      fmt::format("{}run {} {}", when(end.ended_at), end.epoch, ended_words(end.outcome));
  if (end.lived_ms >= 0)
    text += fmt::format(" after {:.1f} s", static_cast<double>(end.lived_ms) / 1000.0);
  const bool again = !end.cause.empty() && told.find(end.cause) != std::string::npos;
  if (again) {
    text += ", as said above";
  } else if (!end.cause.empty()) {
    text += ": " + with_moments(end.cause);
  }
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

// What the guard made of the newest end, where the state does not tell it.
std::string decision_sentence(const end_fact& end) {
  const bool timed = end.restart_at != io::wall_time{};
  switch (end.decision) {
    case decision::restart:
      return timed ? fmt::format("The guard is to try again at {}.", moment(end.restart_at))
                   : std::string("The guard is to try again.");
    case decision::give_up:
      return timed ? fmt::format("The guard gave up; it tries again at {} all the same.",
                                 moment(end.restart_at))
                   : std::string("The guard gave up: only a start brings it back.");
    case decision::none:
      break;
  }
  return "Nothing was to follow.";
}

bool applied(const observation::component_status& status, observation::rule wanted) {
  return std::find(status.rules.begin(), status.rules.end(), wanted) != status.rules.end();
}

// Failures of the program since the newest run began, the newest ones in an unbroken row; of a
// scheduled component each of its runs counts for itself.
int failures_in_a_row(const log_snapshot& log) {
  int count = 0;
  const log_record* newest = log.newest_incarnation();
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first > log.run_began();
       ++it) {
    if (it->second.kind != record_kind::incarnation) continue;
    if (it->second.run_name != newest->run_name) break;
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
  std::string text = failures == 1 ? "One run has failed by the program's own fault"
                                   : fmt::format(
                                         "{} runs in a row have failed by the program's "
                                         "own fault",
                                         failures);
  if (budget) {
    text += fmt::format("; {} in a row, each within {} s of its start, are tried again",
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
  std::string text = fmt::format("It is {}", observation::to_string(status.state));
  if (status.confidence != observation::confidence::confirmed)
    text += fmt::format(", as far as is known ({})", observation::to_string(status.confidence));
  if (status.since != io::wall_time{}) text += " since " + moment(status.since);
  if (!status.reason.empty()) text += ": " + with_moments(status.reason);
  return text.ends_with('.') ? text : text + ".";
}

std::vector<std::string> story_of(const log_snapshot& log,
                                  const observation::component_status& status,
                                  const std::optional<restart_budget>& budget) {
  std::vector<std::string> story{state_sentence(status)};
  const log_record* intent = log.newest_intent();
  if (intent == nullptr) {
    story.emplace_back("It was never started.");
    return story;
  }
  const std::uint64_t began = beginning_of(log);
  std::vector<const log_record*> told;
  std::map<const log_record*, std::size_t> refused_before;
  std::size_t runs = 0;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first >= began; ++it) {
    const log_record& record = it->second;
    const bool submission = record.kind == record_kind::incarnation;
    // A night of refusals is one line.
    if (!told.empty() && end_of_refused(log, record) != nullptr &&
        end_of_refused(log, *told.back()) != nullptr) {
      ++refused_before[told.back()];
      continue;
    }
    if (submission && ++runs > most_told) continue;
    told.push_back(&record);
  }
  if (began == 0) told.assign(1, intent);

  // A stop that a run has ended for is asked for before the run's end.
  const end_fact* pending = nullptr;
  const auto tell_end = [&] {
    if (pending != nullptr) story.push_back(end_sentence(*pending, status.reason));
    pending = nullptr;
  };
  const log_record* asked = nullptr;
  for (auto it = told.rbegin(); it != told.rend(); ++it) {
    const log_record& record = **it;
    switch (record.kind) {
      case record_kind::run:
        tell_end();
        asked = &record;
        story.push_back(run_sentence(record));
        if (runs > most_told && record.number == began)
          story.push_back(
              fmt::format("Since then there were {} runs; these are the newest.", runs));
        break;
      case record_kind::stop:
        if (pending != nullptr && pending->ended_at < record.written_at) tell_end();
        story.push_back(stop_sentence(record));
        tell_end();
        break;
      case record_kind::incarnation:
        tell_end();
        if (const end_fact* refused = end_of_refused(log, record)) {
          story.push_back(refused_sentence(*refused, refused_before[&record], status.reason));
          break;
        }
        story.push_back(submission_sentence(log, record, asked));
        if (const auto end = log.ends.find(record.number); end != log.ends.end())
          pending = &end->second;
        break;
    }
  }
  tell_end();
  // What follows a run of a schedule is the next one, by the state: nobody tries it again.
  if (applied(status, observation::rule::next_run_is_awaited)) return story;
  tell_budget(log, budget, story);
  const log_record* newest = log.current_incarnation();
  const auto end = newest == nullptr ? log.ends.end() : log.ends.find(newest->number);
  const bool undecided = end == log.ends.end() || end->second.outcome == outcome::stopped ||
                         end->second.outcome == outcome::completed ||
                         applied(status, observation::rule::retry_is_due);
  if (log.wanted() && !undecided) story.push_back(decision_sentence(end->second));
  return story;
}

}  // namespace dm::diagnosis
