// The registry's tables and their versions. A migration is only ever appended.
// SPDX-License-Identifier: Apache-2.0
#include "registry/schema.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace manager {
namespace {

constexpr std::array migrations = {
    // 1: packages, applications, their components; what is under way; what is to be told to others.
    R"sql(
      CREATE TABLE packages (
        name TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        information TEXT,
        user TEXT,
        metadata TEXT
      ) WITHOUT ROWID;

      CREATE TABLE applications (
        name TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        information TEXT,
        package TEXT NOT NULL,
        user TEXT NOT NULL,
        overrides TEXT NOT NULL,
        defaults TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX applications_by_package ON applications (package);

      CREATE TABLE components (
        application TEXT NOT NULL REFERENCES applications (name) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        type TEXT NOT NULL,
        name TEXT NOT NULL,
        data TEXT,
        descriptors TEXT NOT NULL,
        desired TEXT NOT NULL,
        PRIMARY KEY (application, type, name)
      ) WITHOUT ROWID;

      CREATE TABLE operations (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL,
        noun TEXT NOT NULL,
        name TEXT NOT NULL,
        verb TEXT NOT NULL,
        user TEXT NOT NULL,
        state_before TEXT NOT NULL,
        request TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        accepted_at INTEGER NOT NULL,
        UNIQUE (noun, name)
      ) WITHOUT ROWID;

      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        receiver TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        next_attempt_at INTEGER NOT NULL
      );
      CREATE INDEX outbox_by_receiver ON outbox (receiver, id);

      CREATE TABLE uploads (
        file TEXT PRIMARY KEY,
        user TEXT NOT NULL
      ) WITHOUT ROWID;
    )sql",
};

}  // namespace

int current_schema_version() { return static_cast<int>(migrations.size()); }

void migrate(database& registry) {
  std::int64_t version = 0;
  {
    auto query = registry.query("PRAGMA user_version");
    if (query.step()) version = query.integer(0);
  }
  if (version > current_schema_version()) {
    throw std::runtime_error(fmt::format(
        "the registry has schema version {}, this program knows {}: it was written by a "
        "newer Deployment Manager; use that one, or another data_root",
        version, current_schema_version()));
  }
  for (std::size_t next = static_cast<std::size_t>(version); next < migrations.size(); ++next) {
    const std::string script = fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT;",
                                           migrations.at(next), next + 1);
    registry.script(script.c_str());
  }
}

}  // namespace manager
