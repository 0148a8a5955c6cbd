// The registry's tables and their versions. A migration is only ever appended.
// SPDX-License-Identifier: Apache-2.0
#include "registry/schema.h"

#include <fmt/format.h>

#include <algorithm>
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
    // 2: who wrote the file; of which operation an application's information is, and since when.
    R"sql(
      CREATE TABLE about (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) WITHOUT ROWID;
      ALTER TABLE applications ADD COLUMN operation TEXT;
      ALTER TABLE applications ADD COLUMN operation_verb TEXT;
      ALTER TABLE applications ADD COLUMN informed_at INTEGER;
    )sql",
    // 3: operations that have ended; whose state a callback tells of.
    R"sql(
      CREATE TABLE operation_history (
        id TEXT PRIMARY KEY,
        noun TEXT NOT NULL,
        name TEXT NOT NULL,
        verb TEXT NOT NULL,
        user TEXT NOT NULL,
        state_before TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        cancelled_by TEXT NOT NULL,
        state TEXT NOT NULL,
        information TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX operation_history_by_time ON operation_history (accepted_at, id);

      ALTER TABLE outbox ADD COLUMN object TEXT NOT NULL DEFAULT '';
      CREATE INDEX outbox_by_object ON outbox (receiver, object, id);
    )sql",
    // 4: who has cancelled what is under way.
    R"sql(
      ALTER TABLE operations ADD COLUMN cancelled_by TEXT NOT NULL DEFAULT '';
    )sql",
    // 5: what pages of lists are found by, each filter in the order of its list.
    R"sql(
      CREATE INDEX applications_listed ON applications (name)
        WHERE state NOT IN ('NOTCREATED', 'CREATING');
      CREATE INDEX applications_by_state ON applications (state, name);
      DROP INDEX applications_by_package;
      CREATE INDEX applications_by_package ON applications (package, name, state);
      CREATE INDEX applications_by_user ON applications (user, name, state);

      CREATE INDEX packages_by_state ON packages (state, name);
      -- By the name with the hyphen before the version, the last one.
      CREATE INDEX packages_by_title
        ON packages (rtrim(name, replace(name, '-', '')), state, name);

      CREATE INDEX operation_history_by_noun ON operation_history (noun, accepted_at, id);
      CREATE INDEX operation_history_by_outcome ON operation_history (outcome, accepted_at, id);
      CREATE INDEX operation_history_by_verb ON operation_history (verb, accepted_at, id);
      CREATE INDEX operation_history_by_user ON operation_history (user, accepted_at, id);
      -- By what is before the slash: an application's and those of its savepoints.
      CREATE INDEX operation_history_by_object ON operation_history
        (substr(name, 1, instr(name || '/', '/') - 1), accepted_at, id);
      CREATE INDEX operation_history_by_name ON operation_history (name, accepted_at, id);
    )sql",
    // 6: what packages and uploads are, down to their bytes. Rows of before have none of it.
    R"sql(
      ALTER TABLE packages ADD COLUMN sha256 TEXT;
      ALTER TABLE packages ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

      CREATE TABLE package_files (
        package TEXT NOT NULL,
        path TEXT NOT NULL,
        size INTEGER NOT NULL,
        mode INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (package, path)
      ) WITHOUT ROWID;

      ALTER TABLE uploads ADD COLUMN sha256 TEXT;
      ALTER TABLE uploads ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE uploads ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX uploads_by_user ON uploads (user);
    )sql",
    // 7: operations on the fleet, and what became of each component.
    R"sql(
      CREATE TABLE fleet_operations (
        id TEXT PRIMARY KEY,
        verb TEXT NOT NULL,
        user TEXT NOT NULL,
        origin TEXT NOT NULL,
        request TEXT NOT NULL,
        accepted_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX fleet_operations_by_time ON fleet_operations (accepted_at, id);

      CREATE TABLE fleet_members (
        operation TEXT NOT NULL REFERENCES fleet_operations (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        rank INTEGER NOT NULL,
        application TEXT NOT NULL,
        type TEXT NOT NULL,
        name TEXT NOT NULL,
        user TEXT NOT NULL,
        outcome TEXT NOT NULL,
        child TEXT NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (operation, position)
      ) WITHOUT ROWID;
    )sql",
};

constexpr const char* written_by = "written_by";

// Empty where the file does not say it, as files of version 1 do.
std::string writer_of(database& registry) {
  if (!registry.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'about'")
           .step()) {
    return {};
  }
  auto query = registry.query("SELECT value FROM about WHERE key = ?", written_by);
  return query.step() ? query.text(0) : std::string();
}

void note_writer(database& registry) {
  if (writer_of(registry) == DM_VERSION) return;
  registry.run(
      "INSERT INTO about (key, value) VALUES (?, ?) "
      "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      written_by, DM_VERSION);
}

}  // namespace

int current_schema_version() { return static_cast<int>(migrations.size()); }

std::int64_t schema_version(database& registry) {
  auto query = registry.query("PRAGMA user_version");
  return query.step() ? query.integer(0) : 0;
}

void check_schema(database& registry) {
  const std::int64_t version = schema_version(registry);
  if (version <= current_schema_version()) return;
  const std::string writer = writer_of(registry);
  throw std::runtime_error(fmt::format(
      "the registry has schema version {}, this program ({}) knows {}: it was written by "
      "Deployment Manager {}; use that version or a newer one, or restore a backup that this one "
      "has made, or use another data_root",
      version, DM_VERSION, current_schema_version(),
      writer.empty() ? "of a newer version" : writer));
}

void migrate(database& registry, int to) {
  check_schema(registry);
  const auto last = std::min(static_cast<std::size_t>(to), migrations.size());
  for (auto next = static_cast<std::size_t>(schema_version(registry)); next < last; ++next) {
    const std::string script = fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT;",
                                           migrations.at(next), next + 1);
    registry.script(script.c_str());
  }
  if (last == migrations.size()) note_writer(registry);
}

}  // namespace manager
