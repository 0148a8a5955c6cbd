// Carries out long operations on a bounded number of threads, through the journal.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_runner.h"

#include "base/clock.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "metrics/counted.h"
#include "operation/operation_document.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace manager {
namespace {

std::string key_of(const std::string& noun, const std::string& name) { return noun + "/" + name; }

constexpr unsigned ends_between_prunings = 100;

std::string_view outcome_word(operation_end end, bool cancelled) {
  if (end == operation_end::succeeded) return "SUCCEEDED";
  if (cancelled) return "CANCELLED";
  return end == operation_end::awaited ? "AWAITED" : "FAILED";
}

std::string cancelled_text(const std::string& user) { return fmt::format("cancelled by {}", user); }

}  // namespace

operation_runner::operation_runner(registry& memory, callbacks& told, event_hub& events,
                                   const operation_limits& limits)
    : registry_(memory), callbacks_(told), events_(events), limits_(limits) {
  for (const auto lane : {operation_lane::starts, operation_lane::stops, operation_lane::others}) {
    pools_[lane] = std::make_unique<worker_pool>(limits.threads);
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

void operation_runner::queue(const live& one) {
  const std::lock_guard lock(pools_mutex_);
  const auto pool = pools_.find(one->lane);
  if (pool != pools_.end()) pool->second->submit([this, one] { run(one); });
}

void operation_runner::accept(operation_record operation, const std::string& passing_state,
                              const recorder& record) {
  if (operation.accepted_at == 0) operation.accepted_at = now_ms();
  registry_.transact([&](registry_view& view) {
    record(view);
    note(view, operation);
    view.operations.add(operation);
    callbacks_.record(view, operation.noun, operation.name, passing_state, "");
  });
  callbacks_.wake(operation.noun);
  log::info("event=accepted operation={} verb={} {}={} user={}", operation.id, operation.verb,
            operation.noun, operation.name, operation.user);
  metrics::operation_queued();
  const live one = board_.add(operation);
  publish_state(operation, passing_state, "");
  announce(one);
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
    registry_.transact([&](registry_view& view) {
      view.operations.erase(earlier);
      view.history.put(ended(replaced, {passing_state, why, {}, {}, operation_end::failed}));
      record(view);
      note(view, operation);
      view.operations.add(operation);
      callbacks_.record(view, operation.noun, operation.name, passing_state, "");
    });
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
  publish_state(operation, passing_state, "");
  announce(next);
  replaced->cancel.request(why);
  if (!first) queue(next);
  return true;
}

void operation_runner::cancel(const std::string& id, const std::string& user) {
  const live one = board_.find(id);
  if (!one) {
    const auto known =
        registry_.transact([&](registry_view& view) { return view.history.find(id); });
    if (!known) throw failure(failure_kind::not_found, "there is no operation of this id");
    throw failure(failure_kind::conflicting_state,
                  fmt::format("operation {} ended at {}: {}", id, to_rfc3339(known->ended_at),
                              known->outcome));
  }
  {
    const std::lock_guard ending(one->ending);
    const operation_view seen = board_.view(one);
    if (one->ended) {
      throw failure(failure_kind::conflicting_state, fmt::format("operation {} has ended", id));
    }
    if (!seen.no_way_back.empty()) {
      throw failure(
          failure_kind::conflicting_state,
          fmt::format("operation {} cannot be cancelled any more: {}", id, seen.no_way_back));
    }
    board_.set_cancelled_by(one, user);
  }
  log::info("event=cancelling operation={} verb={} {}={} user={}", id, one->record.verb,
            one->record.noun, one->record.name, user);
  one->cancel.request(cancelled_text(user));
  announce(one);
  // One that waits needs no turn of its own to end: whichever thread comes first takes it.
  if (!board_.waits_for_thread(one)) return;
  const std::lock_guard lock(pools_mutex_);
  const auto pool = pools_.find(operation_lane::stops);
  if (pool != pools_.end()) pool->second->submit([this, one] { run(one); });
}

void operation_runner::resume() {
  const auto pending = registry_.transact([&](registry_view& view) {
    view.history.prune(limits_.history_count,
                       now_ms() - std::chrono::milliseconds(limits_.history_age).count());
    return view.operations.all();
  });
  for (const operation_record& operation : pending) {
    if (const std::string why = obstacle_to(operation); !why.empty()) {
      log::error("event=set_aside operation={} verb={} {}={} information={}", operation.id,
                 operation.verb, operation.noun, operation.name, why);
      const std::lock_guard lock(mutex_);
      set_aside_[key_of(operation.noun, operation.name)] = fmt::format(
          "operation {} ({}, by {}) is left alone: {}. It is taken up when a Deployment Manager "
          "that can carry it out starts",
          operation.id, operation.verb, operation.user, why);
      continue;
    }
    log::warning("event=taken_up_again operation={} verb={} {}={} attempts={}", operation.id,
                 operation.verb, operation.noun, operation.name, operation.attempts);
    metrics::operation_queued();
    queue(board_.add(operation));
  }
}

std::string operation_runner::obstacle_to(const operation_record& operation) {
  const auto handler = handlers_.find(operation.noun);
  if (handler == handlers_.end()) {
    return fmt::format("this version knows nothing of a {}", operation.noun);
  }
  return handler->second->obstacle(operation);
}

std::optional<std::string> operation_runner::set_aside(const std::string& noun,
                                                       const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = set_aside_.find(key_of(noun, name));
  return found == set_aside_.end() ? std::nullopt : std::optional(found->second);
}

void operation_runner::check_not_set_aside(const std::string& noun, const std::string& name) const {
  if (const auto why = set_aside(noun, name)) throw failure(failure_kind::failed_connection, *why);
}

// What `information` says from now on is this operation's.
void operation_runner::note(registry_view& view, const operation_record& operation) {
  if (operation.noun == "package") return;
  const std::string application = operation.name.substr(0, operation.name.find('/'));
  view.applications.set_operation(application, operation.id, operation.verb, now_ms());
}

operation_outcome operation_runner::attempt(const live& one) {
  const operation_record& operation = one->record;
  operation_handler& handler = *handlers_.at(operation.noun);
  const auto failed = [&](const failure& why) {
    operation_outcome outcome = handler.failed(operation, why);
    outcome.end = operation_end::failed;
    return outcome;
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
  } catch (const std::system_error& why) {
    return failed(to_failure(why));
  } catch (const std::exception& why) {
    return failed(failure(failure_kind::unknown, why.what()));
  }
}

operation_outcome operation_runner::work(const live& one, operation_handler& handler) {
  const operation_record& operation = one->record;
  operation_context context{one->cancel,
                            [&](const std::string& component, const json::value& event) {
                              board_.set_progress(one, component, event);
                              json::document body = json::make_object();
                              auto& memory = body.GetAllocator();
                              json::set(body, "operation", operation.id, memory);
                              json::set(body, "kind", operation.noun, memory);
                              json::set(body, "object", operation.name, memory);
                              json::set(body, "component", component, memory);
                              json::set(body, "event", json::copy(event, memory), memory);
                              events_.publish("progress", body);
                            },
                            shutdown_,
                            [&](const std::string& phase, const std::string& state) {
                              board_.set_phase(one, phase);
                              announce(one);
                              if (!state.empty()) publish_state(operation, state, phase);
                            },
                            [&](const std::string& why) { board_.set_no_way_back(one, why); }};
  return handler.run(operation, context);
}

void operation_runner::set_attempts(const operation_record& operation, int attempts) {
  try {
    registry_.transact(
        [&](registry_view& view) { view.operations.set_attempts(operation.id, attempts); });
  } catch (const std::exception& problem) {
    // Only the count of attempts is lost, not the operation.
    log::error("event=journal_error operation={} information={}", operation.id, problem.what());
  }
}

void operation_runner::run(const live& one) {
  if (!board_.begin(one)) return;
  const operation_record& operation = one->record;
  const auto begin = metrics::clock::now();
  metrics::operation_begun();
  const cancellation::registration at_shutdown(shutdown_, [&] { one->cancel.request(); });
  announce(one);
  set_attempts(operation, operation.attempts + 1);
  try {
    const operation_outcome outcome = attempt(one);
    if (listener_) listener_(operation);
    settle(one, outcome);
    metrics::operation_ended(operation.noun, operation.verb,
                             outcome.end == operation_end::failed ? "failed" : "succeeded",
                             metrics::clock::now() - begin);
    prune_now_and_then();
  } catch (const failure&) {
    log::info("event=interrupted operation={} verb={} {}={} information={}", operation.id,
              operation.verb, operation.noun, operation.name,
              "it stays in the journal and is taken up again at the next start");
    // An orderly shutdown is no sign that the operation kills the process.
    set_attempts(operation, 0);
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
  const operation_record& operation = one->record;
  const std::lock_guard ending(one->ending);
  const bool replaced = one->replaced_by != nullptr;
  registry_.transact([&](registry_view& view) {
    outcome.record(view);
    view.history.put(ended(one, outcome));
    if (replaced) {
      one->replacing_state(view);
      return;
    }
    note(view, operation);
    view.operations.erase(operation.id);
    callbacks_.record(view, operation.noun, operation.name, outcome.state, outcome.information);
  });
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
  if (own_state) publish_state(operation, outcome.state, outcome.information);
  events_.publish("operation", to_document(end));
  log::info("event=finished operation={} verb={} {}={} outcome={} state={} information={}",
            operation.id, operation.verb, operation.noun, operation.name, end.outcome,
            outcome.state, outcome.information);
}

void operation_runner::announce(const live& one) {
  events_.publish("operation", to_document(board_.view(one)));
}

void operation_runner::publish_state(const operation_record& operation, const std::string& state,
                                     const std::string& information) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "name", operation.name, memory);
  json::set(body, "status", state, memory);
  json::set(body, "information", information, memory);
  json::set(body, "operation", operation.id, memory);
  events_.publish(operation.noun, body);
}

void operation_runner::prune_now_and_then() {
  if (++ends_ % ends_between_prunings != 0) return;
  try {
    registry_.transact([&](registry_view& view) {
      view.history.prune(limits_.history_count,
                         now_ms() - std::chrono::milliseconds(limits_.history_age).count());
    });
  } catch (const std::exception& problem) {
    log::warning("event=history_not_pruned information={}", problem.what());
  }
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
