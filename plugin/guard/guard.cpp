// The guard's loop: look, evaluate the newest incarnation, submit or adopt.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/client_output.h"
#include "guard/client_lock.h"
#include "guard/governor.h"

namespace dm::guard {

using component::applications_by_epoch;
using component::decision;
using component::end_fact;
using component::log_record;
using component::outcome;
using component::record_kind;

namespace {

constexpr std::chrono::minutes report_again{10};
constexpr io::milliseconds longest_retry_of_a_pair{3'000};

}  // namespace

guard::guard(component::guard_spec spec, std::vector<std::string> command, const io::operation& op,
             guard_log& log, submission_slots slots, pace pace)
    : spec_(std::move(spec)),
      command_(std::move(command)),
      op_(op),
      log_(log),
      slots_(std::move(slots)),
      pace_(pace),
      id_(component::component_id(spec_.name)),
      tag_(component::component_tag(id_)),
      yarn_(http_, spec_.resource_managers, spec_.user),
      hdfs_(http_, spec_.name_nodes, spec_.user),
      records_(hdfs_, component::hdfs_directory(spec_.state_root, spec_.name)),
      direct_(yarn_, hdfs_, spec_),
      restore_points_(hdfs_, spec_),
      containers_(hdfs_, yarn_, records_.directory()),
      class_sharing_(http_, log_),
      black_box_(http_, yarn_, hdfs_, spec_, log_, pace_.keeping_limit),
      random_(std::random_device{}()) {
  if (!spec_.oozie) return;
  oozie_.emplace(http_, spec_.oozie->url, spec_.user);
  coordinators_.emplace(hdfs_, *oozie_, records_.directory(), id_);
}

int guard::run() {
  const int code = watch_over();
  black_box_.close();
  return code;
}

int guard::watch_over() {
  io::milliseconds retry = pace_.first_poll;
  while (!op_.cancelled()) {
    auto seen = look();
    result<next> outcome = seen ? step(*seen) : result<next>(fail(seen.error()));
    if (outcome) {
      if (outcome->has_value()) return **outcome;
      retry = pace_.first_poll;
      reported_.clear();
      continue;
    }
    if (op_.cancelled()) break;
    report(outcome.error());
    (void)http_.sleep(op_, jittered(retry));
    retry = std::min(retry * 2, longest_retry());
  }
  log_.info("told to end; the job is left as it is");
  return component::guard_exit_done;
}

void guard::report(const error& problem) {
  const std::string text = problem.text();
  const auto now = std::chrono::steady_clock::now();
  if (text == reported_ && now - reported_at_ < report_again) return;
  reported_ = text;
  reported_at_ = now;
  log_.warning(text);
}

void guard::note_containers(std::uint64_t epoch, const cluster::yarn_application& application) {
  const auto noted = containers_.look(op_, epoch, application);
  const std::string problem = noted || op_.cancelled() ? "" : noted.error().text();
  if (!problem.empty() && problem != containers_not_noted_)
    log_.info(fmt::format("which containers it has is not recorded for now: {}", problem));
  containers_not_noted_ = problem;
  if (!op_.cancelled() && followed_ && !followed_->class_data.empty())
    class_sharing_.look(op_, application, *followed_, containers_.running());
}

io::milliseconds guard::jittered(io::milliseconds interval) {
  std::uniform_real_distribution<double> spread(0.8, 1.2);
  return io::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(interval.count()) * spread(random_)));
}

// The other one of a pair is active within seconds.
io::milliseconds guard::longest_retry() const {
  const bool pair = spec_.resource_managers.size() > 1 || spec_.name_nodes.size() > 1;
  return pair ? std::min(pace_.longest_retry, longest_retry_of_a_pair) : pace_.longest_retry;
}

result<guard::view> guard::look() {
  view seen;
  auto log = records_.read(op_);
  if (!log) return fail(log.error());
  seen.log = std::move(*log);
  auto listing = yarn_.find_confirmed(op_, tag_);
  if (!listing) return fail_while("asking YARN for the component's applications", listing.error());
  seen.applications = own(listing->applications);
  seen.started_on = listing->started_on;
  if (seen.applications.upper_bound(seen.log.newest_number()) != seen.applications.end()) {
    // Claimed and submitted since the log was read, or not the component's.
    log = records_.read(op_);
    if (!log) return fail(log.error());
    seen.log = std::move(*log);
    set_unclaimed_aside(seen);
  }
  const log_record* newest = seen.log.newest_incarnation();
  if (newest != nullptr && !seen.log.ends.contains(newest->number) &&
      !seen.applications.contains(newest->number)) {
    if (const auto fact = seen.log.applications.find(newest->number);
        fact != seen.log.applications.end() && fact_.epoch != newest->number) {
      fact_ = fact->second;
    }
    auto hidden = find_announced(newest->number, newest);
    if (!hidden) return fail(hidden.error());
    if (*hidden && tagged(**hidden, newest->number))
      seen.applications[newest->number].push_back(std::move(**hidden));
  }
  return seen;
}

result<guard::quiet_view> guard::look_in_quiet() {
  auto lock = take_client_lock(op_, http_, spec_.work_directory);
  if (!lock) return fail(lock.error());
  if (lock->killed_group != 0) {
    log_.info(fmt::format("ended the flink client of an earlier guard (process group {})",
                          lock->killed_group));
    // What it asked of YARN last may still be on its way.
    if (auto slept = http_.sleep(op_, pace_.first_poll); !slept) return fail(slept.error());
  }
  auto seen = look();
  if (!seen) return fail(seen.error());
  return quiet_view{std::move(lock->descriptor), std::move(*seen)};
}

result<guard::next> guard::step(const view& seen) {
  if (!run_name_.empty()) return step_of_run(seen);
  const log_record* intent = seen.log.newest_intent();
  if (intent == nullptr || intent->kind == record_kind::stop) {
    log_.info(intent == nullptr
                  ? "nothing was ever asked for; ending"
                  : fmt::format("stop was asked for (record {}); ending", intent->number));
    return next(component::guard_exit_done);
  }
  if (!intent->node.empty() && intent->node != spec_.node) {
    log_.info(fmt::format("the newest run (record {}) is for node {}; ending", intent->number,
                          intent->node));
    return next(component::guard_exit_done);
  }
  if (spec_.oozie) return keep_schedule(seen);
  const log_record* incarnation = seen.log.newest_incarnation();
  const std::uint64_t epoch = std::max(component::newest_live_epoch(seen.applications),
                                       incarnation == nullptr ? 0 : incarnation->number);
  if (auto killed = kill_all(component::live_except(seen.applications, epoch), "of an older epoch");
      !killed) {
    return fail(killed.error());
  }
  const auto live = component::live_of(seen.applications, epoch);
  if (live.empty()) {
    // Nothing is submitted beside one that is only about to end (INV-1).
    if (component::newest_live_epoch(seen.applications) != 0) return next();
    return without_live_application(seen);
  }
  if (const auto end = seen.log.ends.find(epoch);
      end != seen.log.ends.end() && end->second.outcome != outcome::unknown) {
    if (auto killed = kill_all(live, "whose end is recorded"); !killed) return fail(killed.error());
    return next();
  }
  applications_by_epoch groups = seen.applications;
  if (executes_twice(epoch, groups, false))
    return refuse_second_application(epoch, groups.at(epoch));
  log_.set_subject(epoch, live.front()->id);
  if (spec_.submission == flink::submission_mode::attached) {
    // The client's life is part of an attached run: without it nobody would collect its result,
    // ever.
    if (!client_end_of(epoch)) {
      log_.warning(
          "the guard of this attached run is gone, and its client with it; the run is ended");
    }
    if (auto lock = take_client_lock(op_, http_, spec_.work_directory); !lock)
      return fail(lock.error());
    return conclude_attached(epoch);
  }
  log_.info(fmt::format("adopting the live application ({})", live.front()->state));
  take_over(epoch, seen);
  return watch(epoch, nullptr);
}

void guard::take_over(std::uint64_t epoch, const view& seen) {
  fact_ = {};
  fact_.epoch = epoch;
  if (const auto fact = seen.log.applications.find(epoch); fact != seen.log.applications.end())
    fact_ = fact->second;
  const auto record = seen.log.records.find(epoch);
  followed_ = record == seen.log.records.end() ? std::nullopt : std::optional(record->second);
  tidy_at_ = {};
  confirmed_started_on_ = seen.started_on;
}

result<guard::next> guard::without_live_application(const view& seen) {
  const log_record* incarnation = seen.log.current_incarnation();
  if (incarnation == nullptr) return submit(seen);
  log_.set_subject(incarnation->number, {});
  if (const auto end = seen.log.ends.find(incarnation->number); end != seen.log.ends.end()) {
    return act_on(end->second, seen);
  }
  return close_open_incarnation(seen);
}

result<guard::next> guard::close_open_incarnation(const view& before) {
  auto quiet = look_in_quiet();
  if (!quiet) return fail(quiet.error());
  const view& seen = quiet->seen;
  if (component::newest_live_epoch(seen.applications) != 0 ||
      seen.log.newest_number() != before.log.newest_number()) {
    return next();  // its client has submitted after all, or somebody wrote: judged afresh
  }
  const log_record* record = own_incarnation(before.log);
  const std::uint64_t epoch = record->number;
  const auto applications = seen.applications.find(epoch);
  const flink::client_output said = flink::read_client_output(client_output_of(spec_, epoch));
  const bool submitted = applications != seen.applications.end() ||
                         seen.log.applications.contains(epoch) || !said.application_ids.empty();
  if (record->direct && applications == seen.applications.end()) {
    // Whatever became of what an earlier guard sent, the same id makes no second application.
    take_over(epoch, seen);
    quiet->lock = {};  // a client's, and there is none
    return watch(epoch, nullptr);
  }
  if (submitted && spec_.submission == flink::submission_mode::attached) {
    return conclude_attached(epoch);  // what its client had still to do is never done
  }
  if (applications != seen.applications.end()) {
    applications_by_epoch groups = seen.applications;
    if (executes_twice(epoch, groups, false))
      return refuse_second_application(epoch, groups.at(epoch));
    return conclude(epoch, &groups.at(epoch).back());
  }
  if (submitted || !said.exception.empty() || client_end_of(epoch)) {
    // YARN has forgotten it: the job archive may know. Or its client has ended: its words are the
    // cause.
    auto end = look_up_end(epoch, nullptr);
    if (!end) return fail(end.error());
    if (end->outcome != outcome::unknown) return record_end(std::move(*end));
    // A ResourceManager that has just started may not know it yet: it is lost only when that goes
    // on (INV-4).
    take_over(epoch, seen);
    quiet->lock = {};
    return watch(epoch, nullptr);
  }
  return record_end(component::unsubmitted_end(
      epoch, "claimed by a guard that ended before anything was submitted", "guard"));
}

result<guard::next> guard::act_on(const end_fact& recorded, const view& seen) {
  end_fact end = recorded;
  const bool failed = end.outcome == outcome::failed || end.outcome == outcome::unknown;
  if (end.decision == decision::none && failed) {
    // Judged while a stop was asked for; its savepoint failed, and the run goes on since.
    const verdict judged = judge(spec_, seen.log, end, io::now(), 0.5);
    end.decision = judged.decision;
    end.restart_at = judged.restart_at;
  }
  // Its guard may have been ended before it had kept what it knew.
  const auto group = seen.applications.find(end.epoch);
  black_box_.ended(end, group == seen.applications.end() ? nullptr : &group->second.back());
  switch (end.decision) {
    case decision::give_up:
      return act_on_give_up(end, seen);
    case decision::none:
      log_.info(
          fmt::format("nothing left to do: {} {}", component::to_string(end.outcome), end.cause));
      return next(component::guard_exit_done);
    case decision::restart:
      break;
  }
  return submit_when_due(end.restart_at, longest_delay, seen);
}

result<guard::next> guard::act_on_give_up(const end_fact& end, const view& seen) {
  log_.error(fmt::format("given up: {}", end.cause));
  const io::milliseconds later(spec_.retry_after_give_up_ms);
  // A batch run of unknown outcome is never submitted again, and "no" is "no".
  const bool tried_again = later > io::milliseconds::zero() && end.outcome == outcome::failed &&
                           spec_.respawn != component::respawn::never;
  if (!tried_again) return next(component::guard_exit_failed);
  const bool told = end.restart_at != io::wall_time{};
  return submit_when_due(told ? end.restart_at : io::now() + later, later, seen);
}

result<guard::next> guard::submit_when_due(io::wall_time due, io::milliseconds longest,
                                           const view& seen) {
  const io::milliseconds wait = wait_until(due, io::now(), longest);
  if (wait <= io::milliseconds::zero()) return submit(seen);
  log_.info(fmt::format("next attempt in {:.1f} s", static_cast<double>(wait.count()) / 1000.0));
  const io::steady_time over = std::chrono::steady_clock::now() + wait;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<io::milliseconds>(over - std::chrono::steady_clock::now());
    if (left <= io::milliseconds::zero()) return submit(seen);
    if (auto slept = http_.sleep(op_, std::min(left, jittered(pace_.log_look))); !slept)
      return fail(slept.error());
    // A stop or a start may be asked for meanwhile. A log that cannot be read says nothing.
    auto log = records_.read(op_);
    if (log && log->newest_number() != seen.log.newest_number()) return next();
  }
}

result<void> guard::kill_all(const std::vector<const cluster::yarn_application*>& applications,
                             std::string_view why) {
  for (const cluster::yarn_application* application : applications) {
    log_.warning(fmt::format("killing {} {}", application->id, why));
    // Sent again at every look until YARN's state is final: one acknowledged with 202 was lost in a
    // failover (D-32).
    if (auto killed = yarn_.kill(op_, application->id); !killed) return fail(killed.error());
  }
  return applications.empty() ? result<void>() : http_.sleep(op_, pace_.first_poll);
}

}  // namespace dm::guard
