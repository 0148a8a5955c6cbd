// Applications and their components as the registry keeps them.
// SPDX-License-Identifier: Apache-2.0
#include "registry/application_store.h"

#include "registry/list_statement.h"

#include <fmt/format.h>

namespace manager {
namespace {

application_record application_from(const database_query& query) {
  application_record record;
  record.name = query.text(0);
  record.state = query.text(1);
  record.information = query.optional_text(2);
  record.package = query.text(3);
  record.user = query.text(4);
  record.overrides = query.text(5);
  record.defaults = query.text(6);
  record.operation = query.text(7);
  record.operation_verb = query.text(8);
  record.informed_at = query.integer(9);
  return record;
}

std::vector<component_record> components_from(database_query query) {
  std::vector<component_record> records;
  while (query.step()) {
    component_record record;
    record.application = query.text(0);
    record.position = static_cast<int>(query.integer(1));
    record.type = query.text(2);
    record.name = query.text(3);
    record.data = query.optional_text(4);
    record.descriptors = query.text(5);
    record.desired = query.text(6);
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

std::optional<application_record> application_store::find(const std::string& name) {
  auto query = registry_.query(
      "SELECT name, state, information, package, user, overrides, defaults, "
      "operation, operation_verb, informed_at "
      "FROM applications WHERE name = ?",
      name);
  if (!query.step()) return std::nullopt;
  return application_from(query);
}

// The index is named, since it is what a page's cost rests on: that of the filter which tells most.
std::vector<application_record> application_store::list(const application_filter& filter,
                                                        const std::string& after,
                                                        std::int64_t limit) {
  const std::string_view index = !filter.package.empty() ? "applications_by_package"
                                 : !filter.user.empty()  ? "applications_by_user"
                                 : !filter.state.empty() ? "applications_by_state"
                                                         : "applications_listed";
  list_statement statement(
      fmt::format("SELECT name, state, information, package, user, '', '', operation, "
                  "operation_verb, informed_at FROM applications INDEXED BY {}",
                  index));
  if (filter.state.empty()) {
    statement.where("state NOT IN ('NOTCREATED', 'CREATING')");
  } else {
    statement.where("state = ?", {filter.state});
  }
  statement.where_given("package = ?", filter.package)
      .where_given("user = ?", filter.user)
      .where_name(filter.prefix, after);
  auto query = statement.run(registry_, "name", limit);
  std::vector<application_record> records;
  while (query.step()) records.push_back(application_from(query));
  return records;
}

std::map<std::string, std::int64_t> application_store::count_by_state() {
  auto query = registry_.query(
      "SELECT state, COUNT(*) FROM applications WHERE state NOT IN ('NOTCREATED', 'CREATING') "
      "GROUP BY state");
  std::map<std::string, std::int64_t> counts;
  while (query.step()) counts[query.text(0)] = query.integer(1);
  return counts;
}

void application_store::put(const application_record& record) {
  // No REPLACE: it would delete the row first, and the components with it.
  registry_.run(
      "INSERT INTO applications (name, state, information, package, user, overrides, defaults) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state, "
      "information = excluded.information, package = excluded.package, user = excluded.user, "
      "overrides = excluded.overrides, defaults = excluded.defaults",
      record.name, record.state, record.information, record.package, record.user, record.overrides,
      record.defaults);
}

void application_store::set_state(const std::string& name, const std::string& state,
                                  const std::optional<std::string>& information) {
  registry_.run("UPDATE applications SET state = ?, information = ? WHERE name = ?", state,
                information, name);
}

void application_store::set_operation(const std::string& name, const std::string& operation,
                                      const std::string& verb, std::int64_t now) {
  registry_.run(
      "UPDATE applications SET operation = ?, operation_verb = ?, informed_at = ? WHERE name = ?",
      operation, verb, now, name);
}

std::vector<std::string> application_store::types() {
  auto query = registry_.query("SELECT DISTINCT type FROM components ORDER BY type");
  std::vector<std::string> types;
  while (query.step()) types.push_back(query.text(0));
  return types;
}

void application_store::set_settled_information(const std::string& name,
                                                const std::string& information) {
  registry_.run("UPDATE applications SET information = ? WHERE name = ? AND state IN (?, ?)",
                information, name, application_state::created, application_state::started);
}

void application_store::erase(const std::string& name) {
  registry_.run("DELETE FROM applications WHERE name = ?", name);
}

std::vector<component_record> application_store::components(const std::string& application) {
  return components_from(registry_.query(
      "SELECT application, position, type, name, data, descriptors, desired FROM components "
      "WHERE application = ? ORDER BY position",
      application));
}

std::vector<component_record> application_store::components_of_all() {
  return components_from(registry_.query(
      "SELECT c.application, c.position, c.type, c.name, c.data, c.descriptors, c.desired "
      "FROM components c JOIN applications a ON a.name = c.application "
      "WHERE a.state NOT IN (?, ?) ORDER BY c.application, c.position",
      application_state::not_created, application_state::creating));
}

std::vector<component_record> application_store::rows_of_all_components() {
  return components_from(
      registry_.query("SELECT application, position, type, name, data, descriptors, desired "
                      "FROM components ORDER BY application, position"));
}

void application_store::put_component(const component_record& record) {
  registry_.run(
      "INSERT OR REPLACE INTO components "
      "(application, position, type, name, data, descriptors, desired) VALUES (?, ?, ?, ?, ?, ?, "
      "?)",
      record.application, record.position, record.type, record.name, record.data,
      record.descriptors, record.desired);
}

void application_store::set_desired(const component_record& record, const std::string& desired) {
  registry_.run("UPDATE components SET desired = ? WHERE application = ? AND type = ? AND name = ?",
                desired, record.application, record.type, record.name);
}

void application_store::set_descriptors(const component_record& record,
                                        const std::string& descriptors) {
  registry_.run(
      "UPDATE components SET descriptors = ? WHERE application = ? AND type = ? AND name = ?",
      descriptors, record.application, record.type, record.name);
}

void application_store::erase_component(const component_record& record) {
  registry_.run("DELETE FROM components WHERE application = ? AND type = ? AND name = ?",
                record.application, record.type, record.name);
}

std::vector<std::string> application_store::descriptors_of_others(const std::string& application) {
  auto query =
      registry_.query("SELECT descriptors FROM components WHERE application <> ?", application);
  std::vector<std::string> result;
  while (query.step()) result.push_back(query.text(0));
  return result;
}

std::vector<component_record> application_store::components_of_others(
    const std::string& application, const std::string& user) {
  return components_from(registry_.query(
      "SELECT c.application, c.position, c.type, c.name, c.data, c.descriptors, c.desired "
      "FROM components c JOIN applications a ON a.name = c.application "
      "WHERE a.user = ? AND a.name <> ? ORDER BY c.application, c.position",
      user, application));
}

}  // namespace manager
