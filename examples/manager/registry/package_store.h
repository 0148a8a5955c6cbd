// Packages as the registry keeps them: state, who deployed, and what the archive holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <optional>
#include <string>
#include <vector>

namespace manager {

/// Words that clients see.
namespace package_state {
inline constexpr const char* not_deployed = "NOTDEPLOYED";
inline constexpr const char* deploying = "DEPLOYING";
inline constexpr const char* deployed = "DEPLOYED";
inline constexpr const char* undeploying = "UNDEPLOYING";
}  // namespace package_state

struct package_record {
  std::string name;
  std::string state = package_state::not_deployed;
  std::optional<std::string> information;
  std::optional<std::string> user;      // who deployed
  std::optional<std::string> metadata;  // package_metadata as JSON; only when deployed
};

class package_store {
 public:
  explicit package_store(database& registry) : registry_(registry) {}

  /// A package never heard of is NOTDEPLOYED.
  package_record find(const std::string& name);
  /// Names of the deployed ones, in order.
  std::vector<std::string> deployed();
  void put(const package_record& record);
  void set_state(const std::string& name, const std::string& state,
                 const std::optional<std::string>& information);

 private:
  database& registry_;
};

}  // namespace manager
