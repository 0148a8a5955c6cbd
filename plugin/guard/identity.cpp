// Becoming the component's user.
// SPDX-License-Identifier: Apache-2.0
#include "guard/identity.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "io/file.h"

namespace dm::guard {

result<void> become_user(const std::string& user) {
  std::vector<char> buffer(16384);
  struct passwd entry {};
  struct passwd* found = nullptr;
  const int code = ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  const bool absent =
      code == 0 || code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
  if (found == nullptr && !absent) {
    return fail(status_code::unavailable,
                fmt::format("the run-as user \"{}\" could not be looked up on this node (errno {})",
                            user, code),
                "nothing follows from this about the user; see the name service (nsswitch.conf, "
                "sssd, ldap)");
  }
  if (found == nullptr) {
    return fail(status_code::not_found,
                fmt::format("the run-as user \"{}\" does not exist on this node", user),
                "create the user again, or destroy and create the component as another user");
  }
  if (::geteuid() == entry.pw_uid && ::getuid() == entry.pw_uid) return {};
  if (::geteuid() != 0) {
    return fail(status_code::permission_denied,
                fmt::format("running as uid {}, which may not become \"{}\" (uid {})", ::geteuid(),
                            user, entry.pw_uid),
                "run supervisord as root, or as the component's own user");
  }
  if (::initgroups(user.c_str(), entry.pw_gid) != 0)
    return fail(io::errno_error(errno, "set the groups of", user));
  if (::setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid) != 0) {
    return fail(io::errno_error(errno, "take the group of", user));
  }
  if (::setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid) != 0)
    return fail(io::errno_error(errno, "become", user));
  return {};
}

}  // namespace dm::guard
