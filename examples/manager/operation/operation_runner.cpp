// Carries out long operations on a bounded number of threads, through the journal.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_runner.h"

#include "base/clock.h"
#include "base/disk_space.h"
#include "base/log.h"
#include "metrics/counted.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <sys/random.h>
#include <array>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <thread>

namespace manager {
namespace {

std::string key_of(const std::string& noun, const std::string& name) { return noun + "/" + name; }

// A handler that went through all components ends by itself, with words that begin so.
bool has_failed(const operation_outcome& outcome) {
  return outcome.failed || outcome.information.starts_with("Error ");
}

operation_outcome failed(operation_handler& handler, const operation_record& operation,
                         const failure& why) {
  operation_outcome outcome = handler.failed(operation, why);
  outcome.failed = true;
  return outcome;
}

}  // namespace

operation_runner::operation_runner(registry& memory, callbacks& told, std::size_t threads)
    : registry_(memory), callbacks_(told), workers_(std::in_place, threads) {}

void operation_runner::shut_down() {
  shutdown_.request();
  workers_.reset();
}

void operation_runner::set_handler(const std::string& noun, operation_handler& handler) {
  handlers_[noun] = &handler;
}

std::string operation_runner::make_id() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the system gave no random numbers");
  }
  std::string id;
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

void operation_runner::accept(operation_record operation, const std::string& passing_state,
                              const std::function<void(registry_view&)>& record) {
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
  workers_->submit([this, operation = std::move(operation)] { run(operation); });
}

void operation_runner::resume() {
  const auto pending =
      registry_.transact([](registry_view& view) { return view.operations.all(); });
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
    workers_->submit([this, operation] { run(operation); });
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

operation_outcome operation_runner::attempt(const operation_record& operation) {
  operation_handler& handler = *handlers_.at(operation.noun);
  if (operation.attempts >= most_attempts) {
    return failed(
        handler, operation,
        failure(
            failure_kind::unknown,
            fmt::format("given up: {} processes of the Deployment Manager ended while it was under "
                        "way; see their logs for operation {}",
                        operation.attempts, operation.id)));
  }
  operation_context context{
      shutdown_, [this, &operation](const std::string& component, const json::value& event) {
        const std::lock_guard lock(mutex_);
        progress_[key_of(operation.noun, operation.name)][component] = json::to_text(event);
      }};
  try {
    return handler.run(operation, context);
  } catch (const failure& why) {
    if (why.kind() == failure_kind::cancelled && shutdown_.requested()) throw;
    return failed(handler, operation, why);
  } catch (const std::system_error& why) {
    return failed(handler, operation, to_failure(why));
  } catch (const std::exception& why) {
    return failed(handler, operation, failure(failure_kind::unknown, why.what()));
  }
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

void operation_runner::run(const operation_record& operation) {
  const auto begin = metrics::clock::now();
  metrics::operation_begun();
  set_attempts(operation, operation.attempts + 1);
  try {
    const operation_outcome outcome = attempt(operation);
    if (listener_) listener_(operation);
    settle(operation, outcome);
    metrics::operation_ended(operation.noun, operation.verb,
                             has_failed(outcome) ? "failed" : "succeeded",
                             metrics::clock::now() - begin);
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
  forget_progress(operation);
}

void operation_runner::settle(const operation_record& operation, const operation_outcome& outcome) {
  for (;;) {
    try {
      registry_.transact([&](registry_view& view) {
        outcome.record(view);
        note(view, operation);
        view.operations.erase(operation.id);
        callbacks_.record(view, operation.noun, operation.name, outcome.state, outcome.information);
      });
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
  log::info("event=finished operation={} verb={} {}={} state={} information={}", operation.id,
            operation.verb, operation.noun, operation.name, outcome.state, outcome.information);
}

std::optional<std::string> operation_runner::progress(const std::string& noun,
                                                      const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = progress_.find(key_of(noun, name));
  if (found == progress_.end()) return std::nullopt;
  std::string text;
  for (const auto& [component, event] : found->second) {
    text += fmt::format("{}{}:{}", text.empty() ? "{" : ",", json::quote(component), event);
  }
  return text + "}";
}

void operation_runner::forget_progress(const operation_record& operation) {
  const std::lock_guard lock(mutex_);
  progress_.erase(key_of(operation.noun, operation.name));
}

}  // namespace manager
