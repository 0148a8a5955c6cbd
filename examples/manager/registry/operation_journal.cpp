// What is under way.
// SPDX-License-Identifier: Apache-2.0
#include "registry/operation_journal.h"

namespace manager {
namespace {

std::vector<operation_record> records_from(database_query query) {
  std::vector<operation_record> records;
  while (query.step()) {
    records.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4),
                       query.text(5), query.text(6), static_cast<int>(query.integer(7)),
                       query.integer(8), query.text(9)});
  }
  return records;
}

}  // namespace

void operation_journal::add(const operation_record& record) {
  registry_.run(
      "INSERT INTO operations (id, sequence, noun, name, verb, user, state_before, request, "
      "attempts, accepted_at, cancelled_by) VALUES (?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM "
      "operations), ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      record.id, record.noun, record.name, record.verb, record.user, record.state_before,
      record.request, record.attempts, record.accepted_at, record.cancelled_by);
}

std::vector<operation_record> operation_journal::all() {
  return records_from(registry_.query(
      "SELECT id, noun, name, verb, user, state_before, request, attempts, accepted_at, "
      "cancelled_by FROM operations ORDER BY sequence"));
}

std::optional<operation_record> operation_journal::find(const std::string& id) {
  auto found = records_from(registry_.query(
      "SELECT id, noun, name, verb, user, state_before, request, attempts, accepted_at, "
      "cancelled_by FROM operations WHERE id = ?",
      id));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<operation_record> operation_journal::find_of(const std::string& noun,
                                                           const std::string& name) {
  auto found = records_from(registry_.query(
      "SELECT id, noun, name, verb, user, state_before, request, attempts, accepted_at, "
      "cancelled_by FROM operations WHERE noun = ? AND name = ?",
      noun, name));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void operation_journal::advance(const std::string& id, const std::string& request) {
  registry_.run("UPDATE operations SET request = ?, attempts = 1 WHERE id = ?", request, id);
}

void operation_journal::set_attempts(const std::string& id, int attempts) {
  registry_.run("UPDATE operations SET attempts = ? WHERE id = ?", attempts, id);
}

void operation_journal::set_cancelled_by(const std::string& id, const std::string& user) {
  registry_.run("UPDATE operations SET cancelled_by = ? WHERE id = ?", user, id);
}

void operation_journal::erase(const std::string& id) {
  registry_.run("DELETE FROM operations WHERE id = ?", id);
}

}  // namespace manager
