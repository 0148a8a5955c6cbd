// What has changed in a set of named texts since somebody looked.
// SPDX-License-Identifier: Apache-2.0
#include "observation/fleet_changes.h"

#include "operation/operation_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace manager {

fleet_changes::fleet_changes(std::size_t most_gone)
    : most_gone_(most_gone), process_(make_operation_id().substr(0, 12)) {}

bool fleet_changes::knows(std::string_view since, std::uint64_t& number) const {
  if (since.size() <= process_.size() + 1 || !since.starts_with(process_) ||
      since[process_.size()] != '.') {
    return false;
  }
  since.remove_prefix(process_.size() + 1);
  const auto [end, code] = std::from_chars(since.data(), since.data() + since.size(), number);
  return code == std::errc() && end == since.data() + since.size() && number <= revision_ &&
         number >= forgotten_;
}

fleet_changes::answer fleet_changes::update(const std::map<std::string, std::string>& now,
                                            std::string_view since) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t next = revision_ + 1;
  bool changed = false;
  for (const auto& [name, text] : now) {
    entry& known = entries_[name];
    if (known.changed != 0 && known.text == text) continue;
    known = {text, next};
    changed = true;
  }
  for (auto known = entries_.begin(); known != entries_.end();) {
    if (now.contains(known->first)) {
      ++known;
      continue;
    }
    gone_.emplace_back(next, known->first);
    known = entries_.erase(known);
    changed = true;
  }
  for (; gone_.size() > most_gone_; gone_.pop_front()) forgotten_ = gone_.front().first;
  if (changed) revision_ = next;

  answer result;
  result.revision = fmt::format("{}.{}", process_, revision_);
  std::uint64_t from = 0;
  result.whole = !knows(since, from);
  if (result.whole) from = 0;
  for (const auto& [name, known] : entries_) {
    if (known.changed > from) result.texts.push_back(known.text);
  }
  if (result.whole) return result;
  for (const auto& [number, name] : gone_) {
    if (number > from && !entries_.contains(name)) result.gone.push_back(name);
  }
  std::sort(result.gone.begin(), result.gone.end());
  result.gone.erase(std::unique(result.gone.begin(), result.gone.end()), result.gone.end());
  return result;
}

}  // namespace manager
