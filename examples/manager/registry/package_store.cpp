// Packages as the registry keeps them.
// SPDX-License-Identifier: Apache-2.0
#include "registry/package_store.h"

#include "registry/list_statement.h"

#include <fmt/format.h>

#include <utility>

namespace manager {

package_record package_store::find(const std::string& name) {
  auto query = registry_.query(
      "SELECT state, information, user, metadata, sha256, bytes FROM packages WHERE name = ?",
      name);
  package_record record;
  record.name = name;
  if (query.step()) {
    record.state = query.text(0);
    record.information = query.optional_text(1);
    record.user = query.optional_text(2);
    record.metadata = query.optional_text(3);
    record.sha256 = query.optional_text(4);
    record.bytes = query.integer(5);
  }
  return record;
}

std::vector<std::string> package_store::deployed() {
  auto query = registry_.query("SELECT name FROM packages WHERE state = ? ORDER BY name",
                               package_state::deployed);
  std::vector<std::string> names;
  while (query.step()) names.push_back(query.text(0));
  return names;
}

std::vector<package_record> package_store::list(const package_filter& filter,
                                                const std::string& after, std::int64_t limit) {
  list_statement statement(fmt::format(
      "SELECT name, state, information, user, sha256, bytes FROM packages INDEXED BY {}",
      filter.name.empty() ? "packages_by_state" : "packages_by_title"));
  statement.where("state = ?", {filter.state});
  if (!filter.name.empty()) {
    statement.where("rtrim(name, replace(name, '-', '')) = ?", {filter.name + "-"});
  }
  statement.where_name(filter.prefix, after);
  auto query = statement.run(registry_, "name", limit);
  std::vector<package_record> records;
  while (query.step()) {
    package_record record;
    record.name = query.text(0);
    record.state = query.text(1);
    record.information = query.optional_text(2);
    record.user = query.optional_text(3);
    record.sha256 = query.optional_text(4);
    record.bytes = query.integer(5);
    records.push_back(std::move(record));
  }
  return records;
}

void package_store::put(const package_record& record) {
  registry_.run(
      "INSERT OR REPLACE INTO packages (name, state, information, user, metadata, sha256, bytes) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      record.name, record.state, record.information, record.user, record.metadata, record.sha256,
      record.bytes);
}

void package_store::set_state(const std::string& name, const std::string& state,
                              const std::optional<std::string>& information) {
  registry_.run(
      "INSERT INTO packages (name, state, information) VALUES (?, ?, ?) "
      "ON CONFLICT (name) DO UPDATE SET state = excluded.state, information = excluded.information",
      name, state, information);
}

}  // namespace manager
