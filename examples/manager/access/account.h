// An operating system account and its groups.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct account {
  std::string name;
  uid_t uid = 0;
  std::vector<std::string> groups;

  bool member_of(const std::string& group) const;
};

/// Looks the name up in the system's databases, which may ask a directory service. nullopt:
/// unknown, or no possible account name. Throws failure(failed_connection) when the look-up itself
/// failed. [any-thread]
std::optional<account> find_account(const std::string& name);
/// The name of a uid; nullopt and throws as find_account does. [any-thread]
std::optional<std::string> account_name(uid_t uid);

}  // namespace manager
