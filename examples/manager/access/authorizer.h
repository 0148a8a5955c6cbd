// Who may do what. Everyone who is let in may read, deploy and create, as far as the roles go;
// undeploying, starting, stopping and destroying is for the owner, those who share a group with
// him, and administrators. Fixed rules, no rule text to evaluate.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/access_settings.h"
#include "access/account.h"
#include "access/caller.h"

#include <optional>
#include <string>
#include <string_view>

namespace manager {

class authorizer {
 public:
  explicit authorizer(access_rules rules);

  /// The roles of a name; of one that is no account of this machine (`known` is nullopt) those that
  /// are given to it by name or to everyone, and of these only reading. [any-thread]
  role_set roles_of(const std::string& name, const std::optional<account>& known) const;

  /// For reads: nullopt is a caller without an account. Throws failure(forbidden) for an unknown
  /// account.
  void check_reader(const std::optional<std::string>& user) const;

  /// For what everyone may do. Throws failure(forbidden) for an unknown account.
  account check_known(const std::string& user) const;

  /// Whether what belongs to somebody is this caller's to change, as far as the owner goes; the
  /// role is another question. [any-thread]
  bool may_act_for(const caller& who, const std::string& owner) const;

  /// Whether this caller reads the words of what belongs to somebody: who may act for him, and,
  /// where names are believed and nobody is named, everybody, as in the original, whose consoles
  /// read so: there a name proves nothing, and whoever wanted the words would name the owner.
  /// [any-thread]
  bool may_read_words(const caller& who, const std::string& owner) const;

  /// For what belongs to somebody. `action` is "<resource>:<action>", "application:start" for
  /// instance. Throws failure(forbidden).
  void check_owner(const caller& who, const std::optional<std::string>& owner,
                   std::string_view action) const;

  /// Throws failure(forbidden) when no application may run as this account (E55).
  void check_may_run(const account& who) const;

 private:
  bool share_a_group(const account& who, const std::string& owner) const;

  access_rules rules_;
};

}  // namespace manager
