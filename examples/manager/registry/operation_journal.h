// What is under way. A row is written with the passing state, in one transaction, before anything
// is done, and goes with the final state: what a killed Deployment Manager left is found here
// (E45).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct operation_record {
  std::string id;              // 32 hex digits, also the plugin's correlation id
  std::string noun;            // "package", "application", "savepoint", "housekeeping" or "fleet"
  std::string name;            // of it; of a savepoint "<application>/<savepoint>"; the namespace
  std::string verb;            // "deploy", "create", "upgrade", "trigger" and so on
  std::string user;            // who asked
  std::string state_before;    // what a failure falls back to
  std::string request = "{}";  // JSON: the verb's options; of an upgrade how far it is, too
  int attempts = 0;            // processes that took it up
  std::int64_t accepted_at = 0;
  std::string cancelled_by = {};  // an account; empty: nobody has cancelled it
};

class operation_journal {
 public:
  explicit operation_journal(database& registry) : registry_(registry) {}

  /// One operation per object at a time: throws when there is one already.
  void add(const operation_record& record);
  /// In the order in which they were accepted.
  std::vector<operation_record> all();
  std::optional<operation_record> find(const std::string& id);
  /// What is under way with an object.
  std::optional<operation_record> find_of(const std::string& noun, const std::string& name);
  /// A step of the operation is done: what it needs to go on from there. Counts attempts anew.
  void advance(const std::string& id, const std::string& request);
  void set_attempts(const std::string& id, int attempts);
  void set_cancelled_by(const std::string& id, const std::string& user);
  void erase(const std::string& id);

 private:
  database& registry_;
};

}  // namespace manager
