// Operations that have ended.
// SPDX-License-Identifier: Apache-2.0
#include "registry/operation_history.h"

#include "registry/list_statement.h"

#include <fmt/format.h>

namespace manager {
namespace {

std::vector<ended_operation> rows_from(database_query query) {
  std::vector<ended_operation> rows;
  while (query.step()) {
    ended_operation row;
    row.operation.id = query.text(0);
    row.operation.noun = query.text(1);
    row.operation.name = query.text(2);
    row.operation.verb = query.text(3);
    row.operation.user = query.text(4);
    row.operation.state_before = query.text(5);
    row.operation.accepted_at = query.integer(6);
    row.started_at = query.integer(7);
    row.ended_at = query.integer(8);
    row.outcome = query.text(9);
    row.cancelled_by = query.text(10);
    row.state = query.text(11);
    row.information = query.text(12);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void operation_history::put(const ended_operation& ended) {
  const operation_record& one = ended.operation;
  registry_.run(
      "INSERT OR REPLACE INTO operation_history (id, noun, name, verb, user, state_before, "
      "accepted_at, started_at, ended_at, outcome, cancelled_by, state, information) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      one.id, one.noun, one.name, one.verb, one.user, one.state_before, one.accepted_at,
      ended.started_at, ended.ended_at, ended.outcome, ended.cancelled_by, ended.state,
      ended.information);
}

std::optional<ended_operation> operation_history::find(const std::string& id) {
  auto rows = rows_from(registry_.query(
      "SELECT id, noun, name, verb, user, state_before, accepted_at, started_at, ended_at, "
      "outcome, cancelled_by, state, information FROM operation_history WHERE id = ?",
      id));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

std::vector<ended_operation> operation_history::list(const operation_filter& filter,
                                                     const std::optional<operation_place>& after,
                                                     std::int64_t limit) {
  const bool whole_name = filter.object.find('/') != std::string::npos;
  // That of the filter which tells most.
  const std::string_view index = whole_name               ? "operation_history_by_name"
                                 : !filter.object.empty() ? "operation_history_by_object"
                                 : !filter.user.empty()   ? "operation_history_by_user"
                                 : !filter.verb.empty()   ? "operation_history_by_verb"
                                 : !filter.status.empty() ? "operation_history_by_outcome"
                                 : !filter.noun.empty()   ? "operation_history_by_noun"
                                                          : "operation_history_by_time";
  list_statement statement(fmt::format(
      "SELECT id, noun, name, verb, user, state_before, accepted_at, started_at, ended_at, "
      "outcome, cancelled_by, state, information FROM operation_history INDEXED BY {}",
      index));
  statement
      .where_given(whole_name ? "name = ?" : "substr(name, 1, instr(name || '/', '/') - 1) = ?",
                   filter.object)
      .where_given("user = ?", filter.user)
      .where_given("verb = ?", filter.verb)
      .where_given("outcome = ?", filter.status)
      .where_given("noun = ?", filter.noun)
      .where("accepted_at >= ?", {filter.since});
  if (after) statement.where("(accepted_at, id) < (?, ?)", {after->accepted_at, after->id});
  return rows_from(statement.run(registry_, "accepted_at DESC, id DESC", limit));
}

void operation_history::prune(std::int64_t count, std::int64_t oldest) {
  registry_.run(
      "DELETE FROM operation_history WHERE id IN (SELECT id FROM operation_history "
      "ORDER BY accepted_at DESC, id DESC LIMIT -1 OFFSET ?)",
      count);
  registry_.run(
      "DELETE FROM operation_history WHERE ended_at < ? AND id NOT IN (SELECT id FROM "
      "operation_history ORDER BY accepted_at DESC, id DESC LIMIT ?)",
      oldest, always_kept);
}

}  // namespace manager
