// Callbacks that are still to be delivered.
// SPDX-License-Identifier: Apache-2.0
#include "registry/callback_outbox.h"

namespace manager {

std::int64_t callback_outbox::add(const std::string& receiver, const std::string& body,
                                  std::int64_t now) {
  registry_.run(
      "INSERT INTO outbox (receiver, body, created_at, attempts, next_attempt_at) "
      "VALUES (?, ?, ?, 0, ?)",
      receiver, body, now, now);
  registry_.run(
      "DELETE FROM outbox WHERE receiver = ? AND id <= "
      "(SELECT id FROM outbox WHERE receiver = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
      receiver, receiver, most_entries);
  return registry_.changes();
}

std::optional<outbox_entry> callback_outbox::first(const std::string& receiver) {
  auto query = registry_.query(
      "SELECT id, body, created_at, attempts, next_attempt_at FROM outbox WHERE receiver = ? "
      "ORDER BY id LIMIT 1",
      receiver);
  if (!query.step()) return std::nullopt;
  return outbox_entry{query.integer(0), query.text(1), query.integer(2),
                      static_cast<int>(query.integer(3)), query.integer(4)};
}

void callback_outbox::postpone(std::int64_t id, int attempts, std::int64_t next_attempt_at) {
  registry_.run("UPDATE outbox SET attempts = ?, next_attempt_at = ? WHERE id = ?", attempts,
                next_attempt_at, id);
}

void callback_outbox::erase(std::int64_t id) {
  registry_.run("DELETE FROM outbox WHERE id = ?", id);
}

void callback_outbox::erase_all(const std::string& receiver) {
  registry_.run("DELETE FROM outbox WHERE receiver = ?", receiver);
}

}  // namespace manager
