// Accounts and their groups by name, as this node knows them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/error.h"

namespace dm::io {

struct account_groups {
  std::string account;
  std::vector<std::string> groups;  // by name; those without a name are left out
};

// NOT_FOUND: no such account. UNAVAILABLE: the look-up itself failed (a directory service that does
// not answer), and nothing follows from that.
result<account_groups> groups_of(const std::string& account);

// Whom this process runs as, with the groups that it has: those of the account when it was started.
result<account_groups> groups_of_process();

}  // namespace dm::io
