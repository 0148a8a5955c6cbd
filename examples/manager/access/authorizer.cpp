// Who may do what.
// SPDX-License-Identifier: Apache-2.0
#include "access/authorizer.h"

#include "base/failure.h"
#include "base/names.h"

#include <fmt/format.h>

namespace manager {
namespace {

bool matches(const account& who, std::string_view entry) {
  if (entry.starts_with("uid:")) return entry.substr(4) == fmt::to_string(who.uid);
  if (entry.starts_with("group:")) return who.member_of(std::string(entry.substr(6)));
  return who.name == entry;
}

}  // namespace

authorizer::authorizer(std::string admin_group, std::vector<std::string> refused_users)
    : admin_group_(std::move(admin_group)), refused_users_(std::move(refused_users)) {}

void authorizer::check_reader(const std::optional<std::string>& user) const {
  if (user) check_known(*user);
}

account authorizer::check_known(const std::string& user) const {
  if (auto found = find_account(user)) return std::move(*found);
  throw failure(failure_kind::forbidden,
                fmt::format("Failed to find details for user \"{}\"", printable(user)));
}

void authorizer::check_owner(const std::string& user, const std::optional<std::string>& owner,
                             std::string_view action) const {
  const account who = check_known(user);
  if ((owner && *owner == who.name) || who.member_of(admin_group_)) return;
  throw failure(failure_kind::forbidden,
                fmt::format("User \"{}\" does not have authorization for \"deployment_manager:{}\"",
                            who.name, action));
}

void authorizer::check_may_run(const account& who) const {
  for (const std::string& entry : refused_users_) {
    if (matches(who, entry)) {
      throw failure(failure_kind::forbidden,
                    fmt::format("No application may run as \"{}\": the account matches \"{}\" of "
                                "refused_users in the Deployment Manager's configuration",
                                who.name, entry));
    }
  }
}

}  // namespace manager
