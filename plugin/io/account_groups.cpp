// Accounts and their groups, by getpwnam_r and its kin.
// SPDX-License-Identifier: Apache-2.0
#include "io/account_groups.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace dm::io {

namespace {

constexpr std::size_t largest_entry = std::size_t{1} << 20;
constexpr int most_groups = 65'536;  // NGROUPS_MAX

// One entry of an account database. nullptr in `found`: there is none. The error: it could not be
// looked up. "Not found" has several spellings; see getpwnam(3).
template <class Entry, class LookUp>
result<Entry*> look_up(std::vector<char>& buffer, Entry& entry, const std::string& what,
                       const LookUp& by) {
  Entry* found = nullptr;
  int code = 0;
  buffer.resize(1024);
  while ((code = by(&entry, buffer.data(), buffer.size(), &found)) == ERANGE &&
         buffer.size() < largest_entry) {
    buffer.resize(buffer.size() * 2);
  }
  if (found != nullptr || code == 0 || code == ENOENT || code == ESRCH || code == EBADF ||
      code == EPERM)
    return found;
  return fail(status_code::unavailable,
              fmt::format("cannot look up {} on this node: {}", what, std::strerror(code)),
              "check the node's account service (nsswitch.conf), then try again");
}

result<std::vector<std::string>> names_of(std::vector<gid_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<std::string> names;
  for (const gid_t id : ids) {
    std::vector<char> buffer;
    struct group entry {};
    const auto found = look_up(buffer, entry, fmt::format("group {}", id),
                               [id](auto... rest) { return ::getgrgid_r(id, rest...); });
    if (!found) return fail(found.error());
    if (*found != nullptr) names.emplace_back(entry.gr_name);
  }
  return names;
}

}  // namespace

result<account_groups> groups_of(const std::string& account) {
  std::vector<char> buffer;
  struct passwd entry {};
  const auto found = look_up(buffer, entry, account,
                             [&](auto... rest) { return ::getpwnam_r(account.c_str(), rest...); });
  if (!found) return fail(found.error());
  if (*found == nullptr)
    return fail(status_code::not_found, account + " is no account of this node");
  std::vector<gid_t> ids(64);
  int count = static_cast<int>(ids.size());
  while (::getgrouplist(account.c_str(), entry.pw_gid, ids.data(), &count) < 0) {
    if (count <= static_cast<int>(ids.size()) || count > most_groups)
      return fail(status_code::unavailable, "cannot list the groups of " + account);
    ids.resize(static_cast<std::size_t>(count));
  }
  ids.resize(static_cast<std::size_t>(count));
  auto names = names_of(std::move(ids));
  if (!names) return fail(names.error());
  return account_groups{account, std::move(*names)};
}

result<account_groups> groups_of_process() {
  const uid_t user = ::geteuid();
  std::vector<char> buffer;
  struct passwd entry {};
  const auto found = look_up(buffer, entry, fmt::format("uid {}", user),
                             [user](auto... rest) { return ::getpwuid_r(user, rest...); });
  if (!found) return fail(found.error());
  if (*found == nullptr)
    return fail(status_code::not_found, fmt::format("uid {} is no account of this node", user));
  const int count = ::getgroups(0, nullptr);
  std::vector<gid_t> ids(static_cast<std::size_t>(std::max(count, 0)));
  if (count < 0 || ::getgroups(count, ids.data()) != count)
    return fail(status_code::unavailable, "cannot list the groups of this process");
  ids.push_back(::getegid());
  auto names = names_of(std::move(ids));
  if (!names) return fail(names.error());
  return account_groups{entry.pw_name, std::move(*names)};
}

}  // namespace dm::io
