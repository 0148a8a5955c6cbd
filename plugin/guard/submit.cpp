// The guard choosing what an incarnation starts from, claiming its epoch and starting its client.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "flink/dialect.h"
#include "flink/library_keys.h"
#include "flink/savepoint_rest.h"
#include "guard/guard.h"
#include "guard/queue_policy.h"
#include "guard/submission_slot.h"
#include "state/restore_choice.h"

namespace dm::guard {

using component::end_fact;
using component::log_record;
using component::outcome;
using component::record_kind;

namespace {

constexpr std::uint64_t client_logs_kept = 10;
// The log is read at every look: it is pruned when it has grown, and not at every claim.
constexpr std::size_t log_records_kept = 100;
constexpr std::size_t log_records_at_most = 150;
constexpr io::milliseconds prune_limit{5'000};

std::vector<std::string> incarnation_tags(const component::guard_spec& spec, const std::string& id,
                                          std::uint64_t epoch) {
  std::vector<std::string> tags{component::fleet_tag(spec.name.name_space),
                                component::component_tag(id), component::epoch_tag(id, epoch)};
  tags.insert(tags.end(), spec.user_tags.begin(), spec.user_tags.end());
  return tags;
}

// The new epoch's number is the one after the newest record: what claim() will try.
log_record incarnation_record(const component::guard_spec& spec, const std::string& id,
                              const log_record& run, const state::choice& chosen,
                              std::uint64_t epoch) {
  log_record record;
  record.number = epoch;
  record.kind = record_kind::incarnation;
  record.node = spec.node;
  record.user = spec.user;
  if (chosen.point) {
    record.restore_id = chosen.point->id;
    record.restore_path = chosen.point->path;
    record.restore_epoch = chosen.point->epoch;
    record.claim_mode = chosen.claim_mode.empty() ? spec.claim_mode : chosen.claim_mode;
    record.allow_non_restored_state = chosen.allow_non_restored_state;
  }
  record.intent = run.number;
  record.spec_digest = spec.digest;
  record.job_name = spec.job_name;
  record.tags = incarnation_tags(spec, id, epoch);
  return record;
}

}  // namespace

result<guard::next> guard::submit(const view& before) {
  log_.set_subject(0, {});
  if (auto ready = require_node_managers(); !ready) return fail(ready.error());
  if (!spec_.submission_reason.empty() && !reason_told_) {
    log_.info(fmt::format("submitted by Flink's client ({}): {}", to_string(spec_.submission),
                          spec_.submission_reason));
    reason_told_ = true;
  }
  auto slot = wait_for_slot();
  if (!slot) return fail(slot.error());
  // Before the look: an upload takes long, and what was seen before it would be old.
  const library_supply libraries =
      provide_libraries(op_, hdfs_, spec_, command_, log_, libraries_told_);
  auto quiet = look_in_quiet();
  if (!quiet) return fail(quiet.error());
  const view& seen = quiet->seen;
  const std::uint64_t after = seen.log.newest_number();
  if (component::newest_live_epoch(seen.applications) != 0 || after != before.log.newest_number()) {
    return next();  // a client of an earlier guard has submitted after all, or somebody wrote:
                    // judged afresh
  }
  auto selected = restore_points_.choose(op_, seen.log);
  // That it could not be looked at says nothing about the state (D-51): asked again.
  if (!selected) return fail_while("choosing what the job starts from", selected.error());
  const log_record& run = *seen.log.newest_intent();
  if (const auto* none = std::get_if<state::no_choice>(&*selected)) {
    log_record refused = incarnation_record(spec_, id_, run, {}, after + 1);
    refused.run_name = run_name_;
    return refuse(refused, after, flink::failure_class::no_restore_point, none->reason);
  }
  const auto* chosen = std::get_if<state::choice>(&*selected);
  log_record record = incarnation_record(spec_, id_, run, *chosen, after + 1);
  record.run_name = run_name_;
  if (libraries.provided) record.libraries = libraries.provided->directory;
  auto placed = place_in_queue(record, after);
  if (!placed) return fail(placed.error());
  if (*placed) return **placed;
  auto argv = command_of(record, libraries);
  if (!argv) {
    if (argv.error().code != status_code::invalid_argument) return fail(argv.error());
    return refuse(record, after, flink::failure_class::program_invalid, argv.error());
  }

  if (spec_.submission == flink::submission_mode::direct) {
    const direct_order order{*argv, libraries.provided ? &*libraries.provided : nullptr,
                             libraries.why_not,
                             libraries.class_data ? &*libraries.class_data : nullptr};
    auto prepared = direct_.prepare(op_, order);
    if (!prepared) return fail(std::move(prepared.error()));
    if (const auto* ready = std::get_if<direct_preparation>(&*prepared)) {
      if (!ready->without_class_data.empty()) {
        log_.warning(fmt::format("submitted without class data: {}", ready->without_class_data));
      } else if (libraries.class_data) {
        record.class_data = libraries.class_data->directory;
        log_.info(fmt::format("class data: hdfs:{}, made by a JVM {}",
                              libraries.class_data->directory, libraries.class_data->java));
      }
      return submit_directly(std::move(record), after, *ready, *chosen, *quiet, std::move(*slot));
    }
    const auto& refused = std::get<direct_refusal>(*prepared);
    if (!client_may(order, refused))
      return refuse(record, after, refused.failure, refused.reason, "direct submission");
    log_.warning(fmt::format("submitted by Flink's client this time: {}", refused.reason.text()));
  }

  auto claimed = claim(record, after);
  if (!claimed) return fail(claimed.error());
  if (!*claimed) return next();
  const std::uint64_t epoch = **claimed;
  auto stands = begin_epoch(record, epoch, *chosen, seen);
  if (!stands) return fail(stands.error());
  if (!*stands) return give_epoch_back(epoch, chosen->point->path);
  prune_client_logs(spec_.log_directory, epoch, client_logs_kept);
  auto started = client::start(spec_, epoch, *argv, std::move(quiet->lock));
  if (!started) return refuse_start(epoch, started.error());
  log_.info(fmt::format("submitting: flink client pid {}, output in {}", started->pid(),
                        client_log_name(epoch)));
  submission running{std::move(*started), std::move(*slot)};
  return watch(epoch, &running);
}

result<bool> guard::begin_epoch(const log_record& record, std::uint64_t epoch,
                                const state::choice& chosen, const view& seen) {
  fact_ = {};
  fact_.epoch = epoch;
  followed_ = record;
  followed_->number = epoch;
  tidy_at_ = {};
  confirmed_started_on_ = seen.started_on;
  log_.set_subject(epoch, {});
  auto stands = restore_points_.stands(op_, seen.log, chosen);
  // Looked at again by whoever closes this epoch, which nothing was submitted for.
  if (!stands) return fail_while("looking again at what the job starts from", stands.error());
  if (*stands) tell(chosen);
  return *stands;
}

result<guard::next> guard::give_epoch_back(std::uint64_t epoch, const std::string& path) {
  return record_end(component::unsubmitted_end(
      epoch, fmt::format("{} was disposed of while it was being chosen", path), "guard"));
}

result<void> guard::require_node_managers() {
  auto active = yarn_.active_nodes(op_);
  if (!active) return fail_while("looking whether the cluster can take the job", active.error());
  if (*active > 0) return {};
  return fail(
      status_code::unavailable,
      "waiting for the cluster: the ResourceManager knows no active NodeManager, so nothing "
      "is submitted yet",
      "see 'yarn node -list -all'; after a restart of the ResourceManager they are back "
      "within a minute");
}

result<submission_slot> guard::wait_for_slot() {
  for (bool waiting = false;; waiting = true) {
    if (auto slot = slots_.try_take()) return std::move(*slot);
    if (!waiting)
      log_.info(
          fmt::format("all {} submission slots of this node are taken; waiting", slots_.count()));
    if (auto slept = http_.sleep(op_, jittered(io::milliseconds(250))); !slept)
      return fail(slept.error());
  }
}

result<guard::next> guard::refuse_start(std::uint64_t epoch, const error& reason) {
  // What this node forbids may be the package's fault; all else (no such file while the package is
  // replaced, no memory, no process, no space) passes, and is none of the program's.
  const bool refused =
      reason.code == status_code::permission_denied || reason.code == status_code::invalid_argument;
  return record_unsubmitted(
      epoch, refused ? flink::failure_class::start_refused : flink::failure_class::node_trouble,
      reason, "guard");
}

result<std::vector<std::string>> guard::command_of(const log_record& record,
                                                   const library_supply& libraries) const {
  auto version = flink::parse_version(spec_.flink_version);
  if (!version) return fail(version.error());
  flink::incarnation_options options;
  options.tags = record.tags;
  options.application_name = spec_.job_name;
  options.restore_path = flink::hdfs_uri(record.restore_path);
  options.claim_mode = record.claim_mode;
  options.allow_non_restored_state = record.allow_non_restored_state;
  options.configuration = restore_points_.configuration(*version, record.number);
  if (record.queue_policy && !record.queue_policy->queue.empty())
    options.configuration.emplace_back("yarn.application.queue", record.queue_policy->queue);
  if (libraries.provided)
    options.configuration.emplace_back(flink::provided_directories_key,
                                       libraries.provided->key_value());
  auto rendered = flink::render_incarnation(*version, spec_.submission, options);
  if (!rendered) return fail(rendered.error());
  return flink::substitute_incarnation(command_, *rendered);
}

result<std::optional<guard::next>> guard::place_in_queue(log_record& record, std::uint64_t after) {
  if (spec_.queue_policy.empty()) return std::nullopt;
  auto asked = ask_queue_policy(op_, http_,
                                {spec_.queue_policy, spec_.queue_requested, spec_.user,
                                 spec_.work_directory, pace_.policy_limit});
  if (!asked) return fail(asked.error());
  component::queue_answer& answer = record.queue_policy.emplace(std::move(*asked));
  if (answer.word == component::queue_word::queue) {
    log_.info(component::described(answer));
    return std::nullopt;
  }
  if (answer.refused() && answer.requested.empty()) {
    answer.queue = spec_.queue_default;
    log_.warning(fmt::format("{}; no queue is asked for, so it goes to {}",
                             component::described(answer),
                             answer.queue.empty() ? "YARN's default" : answer.queue));
    return std::nullopt;
  }
  error reason;
  reason.message = component::described(answer);
  const bool named = reason.message.find(spec_.queue_policy) != std::string::npos;
  reason.hint = named ? fmt::format("run as {}", spec_.user)
                      : fmt::format("see {}, run as {}", spec_.queue_policy, spec_.user);
  auto refused = refuse(record, after,
                        answer.refused() ? flink::failure_class::queue_policy_refused
                                         : flink::failure_class::node_trouble,
                        reason, "queue policy");
  if (!refused) return fail(refused.error());
  return std::optional<next>(*refused);
}

result<std::optional<std::uint64_t>> guard::claim(const log_record& record, std::uint64_t after) {
  auto claimed = records_.claim(op_, record, after);
  note_writing(after + 1, claimed ? result<void>() : result<void>(fail(claimed.error())));
  if (!claimed) return fail(claimed.error());
  if (!*claimed) {
    log_.info(
        fmt::format("record {} was written by somebody else meanwhile; looking again", after + 1));
    return claimed;
  }
  prune_log();
  return claimed;
}

void guard::prune_log() {
  if (records_.record_count() <= log_records_at_most) return;
  auto removed = records_.prune(op_.limited_to(prune_limit), log_records_kept);
  if (removed) {
    log_.info(fmt::format("the component's log was pruned: {} files", *removed));
  } else if (!op_.cancelled()) {
    log_.info(fmt::format("the component's log was not pruned: {}", removed.error().text()));
  }
}

result<guard::next> guard::refuse(const log_record& record, std::uint64_t after,
                                  flink::failure_class failure, const error& reason,
                                  std::string_view source) {
  auto claimed = claim(record, after);
  if (!claimed) return fail(claimed.error());
  if (!*claimed) return next();
  log_.set_subject(**claimed, {});
  return record_unsubmitted(**claimed, failure, reason, source);
}

result<guard::next> guard::record_unsubmitted(std::uint64_t epoch, flink::failure_class failure,
                                              const error& reason, std::string_view source) {
  end_fact end = component::unsubmitted_end(epoch, reason.text(), source);
  end.outcome = component::outcome::failed;
  end.failure_class = flink::to_string(failure);
  return record_end(std::move(end));
}

void guard::tell(const state::choice& chosen) {
  for (const std::string& damaged : chosen.passed_over)
    log_.warning(fmt::format("passed over as a restore point: {}", damaged));
  log_.info(fmt::format("starting {}{}", chosen.point ? "from " : "", state::described(chosen)));
}

}  // namespace dm::guard
