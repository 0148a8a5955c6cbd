// Callbacks that are still to be delivered.
// SPDX-License-Identifier: Apache-2.0
#include "registry/callback_outbox.h"

namespace manager {

std::int64_t callback_outbox::add(const std::string& receiver, const std::string& object,
                                  const std::string& body, std::int64_t now) {
  registry_.run(
      "INSERT INTO outbox (receiver, object, body, created_at, attempts, next_attempt_at) "
      "VALUES (?, ?, ?, ?, 0, 0)",
      receiver, object, body, now);
  registry_.run(
      "DELETE FROM outbox WHERE receiver = ? AND id <= "
      "(SELECT id FROM outbox WHERE receiver = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
      receiver, receiver, most_entries);
  return registry_.changes();
}

std::vector<outbox_entry> callback_outbox::first_of_each(const std::string& receiver) {
  auto query = registry_.query(
      "SELECT id, object, body, attempts FROM outbox WHERE id IN "
      "(SELECT MIN(id) FROM outbox WHERE receiver = ? GROUP BY object) ORDER BY id",
      receiver);
  std::vector<outbox_entry> entries;
  while (query.step()) {
    entries.push_back(
        {query.integer(0), query.text(1), query.text(2), static_cast<int>(query.integer(3))});
  }
  return entries;
}

void callback_outbox::set_attempts(std::int64_t id, int attempts) {
  registry_.run("UPDATE outbox SET attempts = ? WHERE id = ?", attempts, id);
}

void callback_outbox::erase(std::int64_t id) {
  registry_.run("DELETE FROM outbox WHERE id = ?", id);
}

void callback_outbox::erase_all(const std::string& receiver) {
  registry_.run("DELETE FROM outbox WHERE receiver = ?", receiver);
}

}  // namespace manager
