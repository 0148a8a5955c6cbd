// Packages as the registry keeps them.
// SPDX-License-Identifier: Apache-2.0
#include "registry/package_store.h"

namespace manager {

package_record package_store::find(const std::string& name) {
  auto query = registry_.query(
      "SELECT state, information, user, metadata FROM packages WHERE name = ?", name);
  package_record record;
  record.name = name;
  if (query.step()) {
    record.state = query.text(0);
    record.information = query.optional_text(1);
    record.user = query.optional_text(2);
    record.metadata = query.optional_text(3);
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

void package_store::put(const package_record& record) {
  registry_.run(
      "INSERT OR REPLACE INTO packages (name, state, information, user, metadata) "
      "VALUES (?, ?, ?, ?, ?)",
      record.name, record.state, record.information, record.user, record.metadata);
}

void package_store::set_state(const std::string& name, const std::string& state,
                              const std::optional<std::string>& information) {
  registry_.run(
      "INSERT INTO packages (name, state, information) VALUES (?, ?, ?) "
      "ON CONFLICT (name) DO UPDATE SET state = excluded.state, information = excluded.information",
      name, state, information);
}

}  // namespace manager
