// An operating system account and its groups.
// SPDX-License-Identifier: Apache-2.0
#include "access/account.h"

#include "base/failure.h"
#include "base/names.h"

#include <fmt/format.h>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <system_error>

namespace manager {
namespace {

constexpr std::size_t largest_record = 1U << 20;

std::optional<std::string> group_name(gid_t gid) {
  std::vector<char> buffer(4096);
  for (;;) {
    group record{};
    group* found = nullptr;
    const int code = ::getgrgid_r(gid, &record, buffer.data(), buffer.size(), &found);
    if (code == ERANGE && buffer.size() < largest_record) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (code != 0 || found == nullptr) return std::nullopt;
    return std::string(found->gr_name);
  }
}

std::vector<std::string> group_names(const std::string& user, gid_t primary) {
  int count = 64;
  std::vector<gid_t> ids(static_cast<std::size_t>(count));
  while (::getgrouplist(user.c_str(), primary, ids.data(), &count) < 0) {
    ids.resize(std::max(static_cast<std::size_t>(count), ids.size() * 2));
    count = static_cast<int>(ids.size());
  }
  ids.resize(static_cast<std::size_t>(count));
  std::vector<std::string> names;
  for (const gid_t gid : ids) {
    if (auto name = group_name(gid)) names.push_back(std::move(*name));
  }
  return names;
}

// Calls one of getpw…_r with a buffer that is large enough, and `take` with what it finds.
template <typename Ask, typename Take>
void look_up(const std::string& what, Ask ask, Take take) {
  std::vector<char> buffer(4096);
  for (;;) {
    passwd record{};
    passwd* found = nullptr;
    const int code = ask(&record, buffer.data(), buffer.size(), &found);
    if (code == ERANGE && buffer.size() < largest_record) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    // getpwnam(3) lists these beside 0 as "not found", depending on the source of names.
    const bool absent = code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
    if (code != 0 && !absent) {
      throw failure(failure_kind::failed_connection,
                    fmt::format("the system's account database did not answer for {}: {}", what,
                                std::generic_category().message(code)));
    }
    if (found != nullptr) take(*found);
    return;
  }
}

}  // namespace

bool account::member_of(const std::string& group) const {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::optional<account> find_account(const std::string& name) {
  if (!is_account_name(name)) return std::nullopt;
  std::optional<account> result;
  look_up(
      fmt::format("\"{}\"", name),
      [&](passwd* record, char* buffer, std::size_t size, passwd** found) {
        return ::getpwnam_r(name.c_str(), record, buffer, size, found);
      },
      [&](const passwd& found) {
        result = account{name, found.pw_uid, group_names(name, found.pw_gid)};
      });
  return result;
}

std::optional<std::string> account_name(uid_t uid) {
  std::optional<std::string> result;
  look_up(
      fmt::format("uid {}", uid),
      [&](passwd* record, char* buffer, std::size_t size, passwd** found) {
        return ::getpwuid_r(uid, record, buffer, size, found);
      },
      [&](const passwd& found) { result = found.pw_name; });
  return result;
}

}  // namespace manager
