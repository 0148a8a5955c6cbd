// An account of this node: whose files and processes a component's are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "io/error.h"

namespace dm::placement {

struct account {
  std::string name;
  uid_t user = 0;
  gid_t group = 0;
  std::string home;
};

// FAILED_PRECONDITION: no such account. UNAVAILABLE: the look-up itself failed (a directory service
// that does not answer). PERMISSION_DENIED: this process is not root and the account is not its
// own.
result<account> find_run_as_account(const std::string& name);

}  // namespace dm::placement
