// An operating system account, as user.name gives it. The Deployment Manager trusts the name: put a
// proxy that authenticates in front of it where that matters.
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

}  // namespace manager
