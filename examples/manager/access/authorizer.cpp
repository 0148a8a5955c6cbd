// Who may do what.
// SPDX-License-Identifier: Apache-2.0
#include "access/authorizer.h"

#include "base/failure.h"
#include "base/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace manager {
namespace {

bool matches(const account& who, std::string_view entry) {
  if (entry == "*") return true;
  if (entry.starts_with("uid:")) return entry.substr(4) == fmt::to_string(who.uid);
  if (entry.starts_with("group:")) return who.member_of(std::string(entry.substr(6)));
  return who.name == entry;
}

bool matches_any(const account& who, const std::vector<std::string>& entries) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const std::string& entry) { return matches(who, entry); });
}

}  // namespace

authorizer::authorizer(access_rules rules) : rules_(std::move(rules)) {}

role_set authorizer::roles_of(const std::string& name, const std::optional<account>& known) const {
  role_set roles;
  if (!known) {
    const auto by_name = [&](const std::string& entry) { return entry == "*" || entry == name; };
    if (std::any_of(rules_.readers.begin(), rules_.readers.end(), by_name)) roles.add(role::read);
    return roles;
  }
  if (matches_any(*known, rules_.readers)) roles.add(role::read);
  if (matches_any(*known, rules_.deployers)) roles.add(role::deploy);
  if (matches_any(*known, rules_.operators)) roles.add(role::operate);
  if (matches_any(*known, rules_.administrators) || known->member_of(rules_.admin_group)) {
    roles.add(role::administer);
  }
  return roles;
}

void authorizer::check_reader(const std::optional<std::string>& user) const {
  if (user) check_known(*user);
}

account authorizer::check_known(const std::string& user) const {
  if (auto found = find_account(user)) return std::move(*found);
  throw failure(failure_kind::forbidden,
                fmt::format("Failed to find details for user \"{}\"", printable(user)));
}

bool authorizer::share_a_group(const account& who, const std::string& owner) const {
  if (std::none_of(rules_.shared_groups.begin(), rules_.shared_groups.end(),
                   [&](const std::string& group) { return who.member_of(group); })) {
    return false;
  }
  const auto other = find_account(owner);
  return other && std::any_of(rules_.shared_groups.begin(), rules_.shared_groups.end(),
                              [&](const std::string& group) {
                                return who.member_of(group) && other->member_of(group);
                              });
}

bool authorizer::may_act_for(const caller& who, const std::string& owner) const {
  if (who.roles.has(role::administer)) return true;
  if (who.user.empty()) return false;
  const auto known = find_account(who.user);
  return known && (owner == known->name || share_a_group(*known, owner));
}

bool authorizer::may_read_words(const caller& who, const std::string& owner) const {
  return reads_unnamed(who) || may_act_for(who, owner);
}

void authorizer::check_owner(const caller& who, const std::optional<std::string>& owner,
                             std::string_view action) const {
  // An administrator is one by his proof, with an account here or without: what somebody left who
  // is gone must be possible to remove.
  if (who.roles.has(role::administer)) return;
  const account known = check_known(who.user);
  if (owner && (*owner == known.name || share_a_group(known, *owner))) return;
  throw failure(failure_kind::forbidden,
                fmt::format("User \"{}\" does not have authorization for \"deployment_manager:{}\"",
                            known.name, action));
}

void authorizer::check_may_run(const account& who) const {
  if (who.uid < rules_.minimum_uid) {
    throw failure(failure_kind::forbidden,
                  fmt::format("No application may run as \"{}\": its uid {} is below minimum_uid = "
                              "{} of the Deployment Manager's configuration",
                              who.name, who.uid, rules_.minimum_uid));
  }
  for (const std::string& entry : rules_.refused_users) {
    if (matches(who, entry)) {
      throw failure(failure_kind::forbidden,
                    fmt::format("No application may run as \"{}\": the account matches \"{}\" of "
                                "refused_users in the Deployment Manager's configuration",
                                who.name, entry));
    }
  }
}

}  // namespace manager
