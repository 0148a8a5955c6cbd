// Packages as the registry keeps them: state, who deployed, and what the archive holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
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
  /// Of the archive, likewise; none of one that an earlier version has deployed.
  std::optional<std::string> sha256 = {};
  std::int64_t bytes = 0;
};

/// Empty members do not restrict.
struct package_filter {
  std::string state = package_state::deployed;
  std::string name = {};    // without the version
  std::string prefix = {};  // of the whole name
};

class package_store {
 public:
  explicit package_store(database& registry) : registry_(registry) {}

  /// A package never heard of is NOTDEPLOYED.
  package_record find(const std::string& name);
  /// Names of the deployed ones, in order.
  std::vector<std::string> deployed();
  /// In the order of names, those beyond `after`, at most `limit` (or no_limit); without metadata.
  std::vector<package_record> list(const package_filter& filter, const std::string& after,
                                   std::int64_t limit);
  void put(const package_record& record);
  void set_state(const std::string& name, const std::string& state,
                 const std::optional<std::string>& information);

 private:
  database& registry_;
};

}  // namespace manager
