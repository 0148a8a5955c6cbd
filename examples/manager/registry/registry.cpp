// The Deployment Manager's memory: transactions over one SQLite file.
// SPDX-License-Identifier: Apache-2.0
#include "registry/registry.h"

#include "base/log.h"
#include "registry/schema.h"

#include <exception>

namespace manager {

registry::registry(const std::filesystem::path& file) : database_(file) { migrate(database_); }

registry::transaction::transaction(database& owner) : owner_(owner) {
  owner_.run("BEGIN IMMEDIATE");
}

registry::transaction::~transaction() {
  if (!open_) return;
  try {
    owner_.run("ROLLBACK");
  } catch (const std::exception& problem) {
    // SQLite rolls back by itself when the disk is full or the file cannot be read.
    log::debug("event=rollback information={}", problem.what());
  }
}

void registry::transaction::commit() {
  owner_.run("COMMIT");
  open_ = false;
}

}  // namespace manager
