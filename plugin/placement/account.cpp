// Accounts by getpwnam_r.
// SPDX-License-Identifier: Apache-2.0
#include "placement/account.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "input/text_rules.h"

namespace dm::placement {

using input::shown;

result<account> find_run_as_account(const std::string& name) {
  constexpr std::size_t largest_entry = std::size_t{1} << 20;
  std::vector<char> buffer(1024);
  struct passwd entry {};
  struct passwd* found = nullptr;
  int code = 0;
  while ((code = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found)) ==
             ERANGE &&
         buffer.size() < largest_entry) {
    buffer.resize(buffer.size() * 2);
  }
  // "Not found" has several spellings here; see getpwnam(3).
  const bool absent =
      code == 0 || code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
  if (found == nullptr && absent) {
    return fail(status_code::failed_precondition,
                fmt::format("the run-as user {} is no account of this node", shown(name)),
                "create the account on this node, or name another user");
  }
  if (found == nullptr) {
    return fail(status_code::unavailable,
                fmt::format("cannot look up the run-as user {} on this node: {}", shown(name),
                            std::strerror(code)),
                "check the node's account service (nsswitch.conf), then try again");
  }
  account account{name, entry.pw_uid, entry.pw_gid, entry.pw_dir == nullptr ? "" : entry.pw_dir};
  if (::geteuid() != 0 && ::geteuid() != account.user) {
    return fail(status_code::permission_denied,
                fmt::format("this deployment manager runs as uid {} and cannot set up a component "
                            "that runs as {} (uid {})",
                            ::geteuid(), name, account.user),
                "run the deployment manager as root, or create the application as the deployment "
                "manager's own user");
  }
  return account;
}

}  // namespace dm::placement
