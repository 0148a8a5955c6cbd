// Carries out long operations on a bounded number of threads, through the journal.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_runner.h"

#include "base/clock.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "metrics/counted.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace manager {
namespace {

std::string_view outcome_word(operation_end end, bool cancelled) {
  if (end == operation_end::succeeded) return "SUCCEEDED";
  if (cancelled) return "CANCELLED";
  return end == operation_end::awaited ? "AWAITED" : "FAILED";
}

std::string cancelled_text(const std::string& user) { return fmt::format("cancelled by {}", user); }

}  // namespace

operation_runner::operation_runner(registry& memory, callbacks& told, event_hub& events,
                                   const operation_limits& limits)
    : records_(memory, told, limits.history), news_(events), callbacks_(told) {
  for (const auto lane : {operation_lane::starts, operation_lane::stops, operation_lane::others}) {
    pools_[lane] = std::make_unique<worker_pool>(limits.threads);
  }
  for (const auto lane : {operation_lane::background, operation_lane::fleet}) {
    pools_[lane] = std::make_unique<worker_pool>(1);
  }
}

void operation_runner::begin_shut_down() { shutdown_.request(); }

void operation_runner::shut_down() {
  begin_shut_down();
  std::map<operation_lane, std::unique_ptr<worker_pool>> ending;
  {
    const std::lock_guard lock(pools_mutex_);
    ending.swap(pools_);
  }
  ending.clear();
}

void operation_runner::set_handler(const std::string& noun, operation_handler& handler) {
  handlers_[noun] = &handler;
}

void operation_runner::queue(const live& one) { queue(one, one->lane); }

void operation_runner::queue(const live& one, operation_lane lane) {
  const std::lock_guard lock(pools_mutex_);
  const auto pool = pools_.find(lane);
  if (pool != pools_.end()) pool->second->submit([this, one] { run(one); });
}

void operation_runner::accept(operation_record operation, const std::string& passing_state,
                              const recorder& record) {
  if (operation.accepted_at == 0) operation.accepted_at = now_ms();
  records_.accept(operation, passing_state, record);
  callbacks_.wake(operation.noun);
  log::info("event=accepted operation={} verb={} {}={} user={}", operation.id, operation.verb,
            operation.noun, operation.name, operation.user);
  metrics::operation_queued();
  const live one = board_.add(operation);
  news_.tell_state(operation, passing_state, "");
  news_.tell(board_.view(one));
  queue(one);
}

bool operation_runner::accept_instead(const std::string& earlier, operation_record operation,
                                      const std::string& passing_state, const recorder& record) {
  const live replaced = board_.find(earlier);
  if (!replaced) return false;
  if (operation.accepted_at == 0) operation.accepted_at = now_ms();
  const std::string why = fmt::format("cancelled by {}, who asked for {} (operation {})",
                                      operation.user, operation.verb, operation.id);
  live next;
  live first;  // whose return the new one waits for
  {
    const std::lock_guard ending(replaced->ending);
    if (replaced->ended || replaced->replaced_by || !board_.view(replaced).no_way_back.empty()) {
      return false;
    }
    // What is replaced may wait for another one itself.
    std::unique_lock<std::mutex> first_ending;
    if ((first = board_.predecessor(replaced))) {
      first_ending = std::unique_lock(first->ending);
      if (first->ended) first = nullptr;
    }
    board_.set_cancelled_by(replaced, operation.user);
    records_.replace(ended(replaced, {passing_state, why, {}, {}, operation_end::failed}),
                     operation, passing_state, record);
    const bool runs = !board_.begin(replaced);
    if (runs) first = replaced;
    metrics::operation_queued();
    next = board_.add(operation, first);
    replaced->replaced_by = next;
    replaced->ended = !runs;
    if (first) {
      first->replaced_by = next;
      first->replacing_state = record;
    }
    if (!runs) {
      metrics::operation_begun();
      metrics::operation_left();
      board_.remove(replaced);
    }
  }
  callbacks_.wake(operation.noun);
  log::info("event=accepted operation={} verb={} {}={} user={} instead_of={}", operation.id,
            operation.verb, operation.noun, operation.name, operation.user, earlier);
  news_.tell_state(operation, passing_state, "");
  news_.tell(board_.view(next));
  replaced->cancel.request(why);
  if (!first) queue(next);
  return true;
}

void operation_runner::cancel(const std::string& id, const std::string& user) {
  const live one = board_.find(id);
  if (!one) {
    const auto known = records_.find_ended(id);
    if (!known) {
      throw failure(failure_kind::not_found,
                    fmt::format("there is no operation {}, or it is forgotten by now: GET "
                                "/operations lists those that are known",
                                id));
    }
    throw failure(failure_kind::conflicting_state,
                  fmt::format("operation {} ({} of {} {}) ended at {}: {}. There is nothing to "
                              "cancel",
                              id, known->operation.verb, known->operation.noun,
                              known->operation.name, to_rfc3339(known->ended_at), known->outcome));
  }
  {
    const std::lock_guard ending(one->ending);
    const operation_view seen = board_.view(one);
    if (one->ended) {
      throw failure(failure_kind::conflicting_state,
                    fmt::format("operation {} ({} of {} {}) has ended: there is nothing to cancel",
                                id, seen.operation.verb, seen.operation.noun, seen.operation.name));
    }
    if (!seen.no_way_back.empty()) {
      throw failure(failure_kind::conflicting_state,
                    fmt::format("operation {} ({} of {} {}) cannot be cancelled any more: {}", id,
                                seen.operation.verb, seen.operation.noun, seen.operation.name,
                                seen.no_way_back));
    }
    records_.set_cancelled_by(one->record, user);
    board_.set_cancelled_by(one, user);
  }
  log::info("event=cancelling operation={} verb={} {}={} user={}", id, one->record.verb,
            one->record.noun, one->record.name, user);
  one->cancel.request(cancelled_text(user));
  news_.tell(board_.view(one));
  // One that waits needs no turn of its own to end: whichever thread comes first takes it.
  if (board_.waits_for_thread(one)) queue(one, operation_lane::stops);
}

void operation_runner::resume() {
  records_.prune();
  for (const operation_record& operation : records_.pending()) {
    if (const std::string why = obstacle_to(operation); !why.empty()) {
      set_aside_.add(operation, why);
      continue;
    }
    log::warning("event=taken_up_again operation={} verb={} {}={} attempts={}", operation.id,
                 operation.verb, operation.noun, operation.name, operation.attempts);
    metrics::operation_queued();
    const live one = board_.add(operation);
    if (!operation.cancelled_by.empty()) {
      board_.set_cancelled_by(one, operation.cancelled_by);
      one->cancel.request(cancelled_text(operation.cancelled_by));
    }
    queue(one);
  }
}

std::string operation_runner::obstacle_to(const operation_record& operation) {
  const auto handler = handlers_.find(operation.noun);
  if (handler == handlers_.end()) {
    return fmt::format("this version knows nothing of a {}", operation.noun);
  }
  return handler->second->obstacle(operation);
}

operation_outcome operation_runner::attempt(const live& one) {
  const operation_record& operation = one->record;
  operation_handler& handler = *handlers_.at(operation.noun);
  const auto failed = [&](const failure& why) {
    for (;;) {
      try {
        return as_failed(handler.failed(operation, why));
      } catch (const database_error& problem) {
        // Whoever cannot read how far it came does not know its end; it is not to be without one.
        if (!problem.passes()) throw;
        log::error("event=cannot_read operation={} retry_in_ms={} information={}", operation.id,
                   record_retry.count(), problem.what());
      }
      shutdown_.pause(record_retry);
    }
  };
  if (operation.attempts >= most_attempts) {
    return failed(failure(
        failure_kind::unknown,
        fmt::format("given up: {} processes of the Deployment Manager ended while it was under "
                    "way; see their logs for operation {}",
                    operation.attempts, operation.id)));
  }
  try {
    // One that was cancelled before anything of it was done has nothing to undo.
    if (operation.attempts == 0) one->cancel.check();
    return work(one, handler);
  } catch (const failure& why) {
    if (why.kind() == failure_kind::cancelled && shutdown_.requested()) throw;
    return failed(why);
  } catch (const std::exception& why) {
    return failed(to_failure(why));
  }
}

operation_outcome operation_runner::work(const live& one, operation_handler& handler) {
  const operation_record& operation = one->record;
  operation_context context{one->cancel,
                            [&](const std::string& component, const json::value& event) {
                              board_.set_progress(one, component, event);
                              news_.tell_progress(operation, component, event);
                            },
                            shutdown_,
                            [&](const std::string& phase, const std::string& state) {
                              board_.set_phase(one, phase);
                              news_.tell(board_.view(one));
                              if (!state.empty()) news_.tell_state(operation, state, phase);
                            },
                            [&](const std::string& why) { board_.set_no_way_back(one, why); }};
  return handler.run(operation, context);
}

void operation_runner::run(const live& one) {
  if (!board_.begin(one)) return;
  const operation_record& operation = one->record;
  const auto begin = metrics::clock::now();
  metrics::operation_begun();
  const cancellation::registration at_shutdown(shutdown_, [&] { one->cancel.request(); });
  news_.tell(board_.view(one));
  records_.set_attempts(operation, operation.attempts + 1);
  try {
    const operation_outcome outcome = attempt(one);
    if (listener_) listener_(operation);
    settle(one, outcome);
    if (ended_listener_) ended_listener_(operation);
    metrics::operation_ended(operation.noun, operation.verb,
                             outcome.end == operation_end::failed ? "failed" : "succeeded",
                             metrics::clock::now() - begin);
    records_.prune_now_and_then();
  } catch (const failure&) {
    log::info("event=interrupted operation={} verb={} {}={} information={}", operation.id,
              operation.verb, operation.noun, operation.name,
              "it stays in the journal and is taken up again at the next start");
    // An orderly shutdown is no sign that the operation kills the process.
    records_.set_attempts(operation, 0);
  } catch (const std::exception& problem) {
    log::error("event=operation_error operation={} information={}", operation.id, problem.what());
  }
  metrics::operation_left();
  live next;
  {
    const std::lock_guard ending(one->ending);
    one->ended = true;
    next = one->replaced_by;
  }
  board_.remove(one);
  if (next) queue(next);
}

ended_operation operation_runner::ended(const live& one, const operation_outcome& outcome) const {
  const operation_view seen = board_.view(one);
  ended_operation result;
  result.operation = one->record;
  result.started_at = seen.started_at;
  result.ended_at = now_ms();
  result.outcome = outcome_word(outcome.end, !seen.cancelled_by.empty());
  result.cancelled_by = seen.cancelled_by;
  result.state = outcome.state;
  result.information = outcome.information;
  return result;
}

// One try to write the end; throws what the registry throws. Returns whether the state is this
// operation's, not that of one that took its place.
bool operation_runner::settle_once(const live& one, const operation_outcome& outcome) {
  const std::lock_guard ending(one->ending);
  const bool replaced = one->replaced_by != nullptr;
  records_.end(ended(one, outcome), outcome, replaced ? one->replacing_state : nullptr);
  one->ended = true;
  return !replaced;
}

void operation_runner::settle(const live& one, const operation_outcome& outcome) {
  const operation_record& operation = one->record;
  bool own_state = true;
  for (;;) {
    try {
      own_state = settle_once(one, outcome);
      break;
    } catch (const std::exception& problem) {
      // A full disk, most likely. The work is done; without its record it would be done again.
      log::error("event=cannot_record operation={} retry_in_ms={} information={}", operation.id,
                 record_retry.count(), problem.what());
    }
    shutdown_.pause(record_retry);
  }
  if (outcome.after) outcome.after();
  callbacks_.wake(operation.noun);
  const ended_operation end = ended(one, outcome);
  if (own_state) news_.tell_state(operation, outcome.state, outcome.information);
  news_.tell(end);
  log::info("event=finished operation={} verb={} {}={} outcome={} state={} information={}",
            operation.id, operation.verb, operation.noun, operation.name, end.outcome,
            outcome.state, outcome.information);
}

std::optional<std::string> operation_runner::progress(const std::string& noun,
                                                      const std::string& name) const {
  const auto seen = board_.view_of_object(noun, name);
  if (!seen || seen->progress.empty()) return std::nullopt;
  std::string text;
  for (const auto& [component, event] : seen->progress) {
    text += fmt::format("{}{}:{}", text.empty() ? "{" : ",", json::quote(component), event);
  }
  return text + "}";
}

}  // namespace manager
