// Operations on the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "registry/fleet_store.h"

#include "registry/list_statement.h"

#include <utility>

namespace manager {
namespace {

constexpr const char* operation_columns = "id, verb, user, origin, request, accepted_at";

fleet_operation operation_from(const database_query& query) {
  return {query.text(0), query.text(1), query.text(2),
          query.text(3), query.text(4), query.integer(5)};
}

std::vector<fleet_member> members_from(database_query query) {
  std::vector<fleet_member> rows;
  while (query.step()) {
    fleet_member row;
    row.operation = query.text(0);
    row.position = query.integer(1);
    row.rank = query.integer(2);
    row.application = query.text(3);
    row.type = query.text(4);
    row.name = query.text(5);
    row.user = query.text(6);
    row.outcome = query.text(7);
    row.child = query.text(8);
    row.facts = query.text(9);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void fleet_store::add(const fleet_operation& operation,
                      const std::vector<fleet_member>& components) {
  registry_.run(
      "INSERT INTO fleet_operations (id, verb, user, origin, request, accepted_at) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      operation.id, operation.verb, operation.user, operation.origin, operation.request,
      operation.accepted_at);
  for (const fleet_member& one : components) {
    registry_.run(
        "INSERT INTO fleet_members (operation, position, rank, application, type, name, user, "
        "outcome, child, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        operation.id, one.position, one.rank, one.application, one.type, one.name, one.user,
        one.outcome, one.child, one.facts);
  }
}

std::optional<fleet_operation> fleet_store::find(const std::string& id) {
  auto query = registry_.query(
      std::string("SELECT ") + operation_columns + " FROM fleet_operations WHERE id = ?", id);
  if (!query.step()) return std::nullopt;
  return operation_from(query);
}

std::vector<fleet_operation> fleet_store::list(const std::optional<fleet_place>& after,
                                               std::int64_t limit) {
  list_statement statement(std::string("SELECT ") + operation_columns + " FROM fleet_operations");
  if (after) statement.where("(accepted_at, id) < (?, ?)", {after->accepted_at, after->id});
  auto query = statement.run(registry_, "accepted_at DESC, id DESC", limit);
  std::vector<fleet_operation> rows;
  while (query.step()) rows.push_back(operation_from(query));
  return rows;
}

std::vector<fleet_member> fleet_store::members(const std::string& operation) {
  return members_from(registry_.query(
      "SELECT operation, position, rank, application, type, name, user, outcome, child, facts "
      "FROM fleet_members WHERE operation = ? ORDER BY position",
      operation));
}

std::vector<fleet_member> fleet_store::members_of_child(const std::string& operation,
                                                        const std::string& child) {
  return members_from(registry_.query(
      "SELECT operation, position, rank, application, type, name, user, outcome, child, facts "
      "FROM fleet_members WHERE operation = ? AND child = ? ORDER BY position",
      operation, child));
}

void fleet_store::put(const fleet_member& component) {
  registry_.run(
      "UPDATE fleet_members SET outcome = ?, child = ?, facts = ? "
      "WHERE operation = ? AND position = ?",
      component.outcome, component.child, component.facts, component.operation, component.position);
}

void fleet_store::prune(std::int64_t count, std::int64_t oldest) {
  registry_.run(
      "DELETE FROM fleet_operations WHERE accepted_at < ? "
      "AND id NOT IN (SELECT id FROM operations) "
      "AND id NOT IN (SELECT id FROM fleet_operations ORDER BY accepted_at DESC, id DESC LIMIT ?)",
      oldest, count);
}

}  // namespace manager
