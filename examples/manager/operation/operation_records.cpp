// What the registry keeps of operations.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_records.h"

#include "base/clock.h"
#include "base/log.h"

#include <exception>

namespace manager {
namespace {

constexpr unsigned ends_between_prunings = 100;

// What `information` says from now on is this operation's.
void note(registry_view& view, const operation_record& operation) {
  if (operation.noun != "application" && operation.noun != "savepoint") return;
  const std::string application = operation.name.substr(0, operation.name.find('/'));
  view.applications.set_operation(application, operation.id, operation.verb, now_ms());
}

}  // namespace

void operation_records::add(registry_view& view, const operation_record& operation,
                            const std::string& passing_state, const recorder& record) {
  record(view);
  note(view, operation);
  view.operations.add(operation);
  callbacks_.record(view, operation.noun, operation.name, passing_state, "");
}

void operation_records::accept(const operation_record& operation, const std::string& passing_state,
                               const recorder& record) {
  registry_.transact([&](registry_view& view) { add(view, operation, passing_state, record); });
}

void operation_records::replace(const ended_operation& earlier, const operation_record& operation,
                                const std::string& passing_state, const recorder& record) {
  registry_.transact([&](registry_view& view) {
    view.operations.erase(earlier.operation.id);
    view.history.put(earlier);
    add(view, operation, passing_state, record);
  });
}

void operation_records::set_cancelled_by(const operation_record& operation,
                                         const std::string& user) {
  try {
    registry_.transact(
        [&](registry_view& view) { view.operations.set_cancelled_by(operation.id, user); });
  } catch (const database_error& problem) {
    // It is cancelled all the same: that may be what makes place.
    if (!problem.passes()) throw;
    log::warning("event=cancel_not_recorded operation={} information={}", operation.id,
                 problem.what());
  }
}

void operation_records::set_attempts(const operation_record& operation, int attempts) noexcept {
  try {
    registry_.transact(
        [&](registry_view& view) { view.operations.set_attempts(operation.id, attempts); });
  } catch (const std::exception& problem) {
    log::error("event=journal_error operation={} information={}", operation.id, problem.what());
  }
}

void operation_records::end(const ended_operation& ended, const operation_outcome& outcome,
                            const recorder& replacing_state) {
  const operation_record& operation = ended.operation;
  registry_.transact([&](registry_view& view) {
    outcome.record(view);
    view.history.put(ended);
    if (replacing_state) {
      replacing_state(view);
      return;
    }
    note(view, operation);
    view.operations.erase(operation.id);
    callbacks_.record(view, operation.noun, operation.name, outcome.state, outcome.information);
  });
}

std::vector<operation_record> operation_records::pending() {
  return registry_.transact([](registry_view& view) { return view.operations.all(); });
}

std::optional<ended_operation> operation_records::find_ended(const std::string& id) {
  return registry_.transact([&](registry_view& view) { return view.history.find(id); });
}

void operation_records::prune() noexcept {
  try {
    const auto oldest = now_ms() - std::chrono::milliseconds(retention_.age).count();
    registry_.transact([&](registry_view& view) { view.history.prune(retention_.count, oldest); });
  } catch (const std::exception& problem) {
    log::warning("event=history_not_pruned information={}", problem.what());
  }
}

void operation_records::prune_now_and_then() noexcept {
  if (++ends_ % ends_between_prunings == 0) prune();
}

}  // namespace manager
