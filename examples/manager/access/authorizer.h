// Who may do what. Everyone may read, deploy and create; undeploying, starting, stopping and
// destroying is for the owner and for members of the administrators' group. Fixed rules, no rule
// text to evaluate.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/account.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class authorizer {
 public:
  /// `refused_users`: entries "name", "uid:<number>" or "group:<name>"; no application runs as
  /// these.
  authorizer(std::string admin_group, std::vector<std::string> refused_users);

  /// For reads: nullopt is the anonymous caller. Throws failure(forbidden) for an unknown account.
  void check_reader(const std::optional<std::string>& user) const;

  /// For what everyone may do. Throws failure(forbidden) for an unknown account.
  account check_known(const std::string& user) const;

  /// For what belongs to somebody. `action` is "<resource>:<action>", "application:start" for
  /// instance. Throws failure(forbidden).
  void check_owner(const std::string& user, const std::optional<std::string>& owner,
                   std::string_view action) const;

  /// Throws failure(forbidden) when no application may run as this account (E55).
  void check_may_run(const account& who) const;

 private:
  std::string admin_group_;
  std::vector<std::string> refused_users_;
};

}  // namespace manager
