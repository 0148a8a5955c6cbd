// What is wrong with a map, or odd about it.
// SPDX-License-Identifier: Apache-2.0
#include "queue_policy/map_check.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/format.h>

namespace dm::queue_policy {

namespace {

std::string_view last_part(std::string_view queue) { return queue.substr(queue.rfind('.') + 1); }

bool same_member(const queue_rule& one, const queue_rule& other) {
  return one.kind == other.kind && one.member == other.member;
}

void look_back(const queue_map& map, std::size_t at, std::vector<map_remark>& remarks) {
  const queue_rule& rule = map.rules[at];
  for (std::size_t i = 0; i < at; ++i) {
    const queue_rule& before = map.rules[i];
    if (same_member(rule, before) && rule.queue == before.queue) {
      remarks.push_back({rule.line, false, fmt::format("says what line {} says", before.line)});
      return;
    }
  }
  // YARN takes either; a request must be written as the line is.
  for (std::size_t i = 0; i < at; ++i) {
    const queue_rule& before = map.rules[i];
    if (rule.queue == before.queue || last_part(rule.queue) != last_part(before.queue)) continue;
    const bool one_is_short =
        rule.queue.find('.') == std::string::npos || before.queue.find('.') == std::string::npos;
    if (!one_is_short) continue;
    remarks.push_back(
        {rule.line, false,
         fmt::format("{} may be the queue that line {} calls {}: who asks for it must "
                     "write it as the line does",
                     rule.queue, before.line, before.queue)});
    return;
  }
}

// By the several spellings of "not found" of getpwnam(3).
std::optional<bool> verdict(bool found, int code) {
  if (found) return true;
  const bool absent =
      code == 0 || code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
  return absent ? std::optional(false) : std::nullopt;
}

}  // namespace

std::optional<bool> known_on_this_node(member_kind kind, const std::string& name) {
  std::vector<char> buffer(std::size_t{1} << 20);
  if (kind == member_kind::user) {
    struct passwd entry {};
    struct passwd* found = nullptr;
    const int code = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    return verdict(found != nullptr, code);
  }
  struct group entry {};
  struct group* found = nullptr;
  const int code = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  return verdict(found != nullptr, code);
}

std::vector<map_remark> check(const queue_map& map, const known_name& known) {
  std::vector<map_remark> remarks = map.remarks;
  for (std::size_t i = 0; i < map.rules.size(); ++i) {
    const queue_rule& rule = map.rules[i];
    look_back(map, i, remarks);
    if (rule.kind == member_kind::everybody) continue;
    if (known(rule.kind, rule.member) == false) {
      remarks.push_back(
          {rule.line, false,
           fmt::format("this node has no {} {}",
                       rule.kind == member_kind::user ? "account" : "group", rule.member)});
    }
  }
  if (map.rules.empty())
    remarks.push_back({0, true, "there is no rule in it: nobody gets a queue"});
  std::stable_sort(remarks.begin(), remarks.end(),
                   [](const map_remark& a, const map_remark& b) { return a.line < b.line; });
  return remarks;
}

}  // namespace dm::queue_policy
