// What is under way. A row is written with the passing state, in one transaction, before anything
// is done, and goes with the final state: what a killed Deployment Manager left is found here
// (E45).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace manager {

struct operation_record {
  std::string id;              // 32 hex digits, also the plugin's correlation id
  std::string noun;            // "package" or "application"
  std::string name;            // of the package or application
  std::string verb;            // "deploy", "undeploy", "create", "start", "stop", "destroy"
  std::string user;            // who asked
  std::string state_before;    // what a failure falls back to
  std::string request = "{}";  // JSON: the verb's options
  int attempts = 0;            // processes that took it up
  std::int64_t accepted_at = 0;
};

class operation_journal {
 public:
  explicit operation_journal(database& registry) : registry_(registry) {}

  /// One operation per object at a time: throws when there is one already.
  void add(const operation_record& record);
  /// In the order in which they were accepted.
  std::vector<operation_record> all();
  void set_attempts(const std::string& id, int attempts);
  void erase(const std::string& id);

 private:
  database& registry_;
};

}  // namespace manager
