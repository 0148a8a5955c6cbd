// What was found to be left over, and what could not be looked for.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/inventory.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "io/hash.h"

namespace dm::housekeeping {

namespace {

constexpr std::size_t most_reasons = 100;
constexpr std::size_t digits = 16;

}  // namespace

std::string entry_id(kind of, std::string_view name_space, std::string_view key) {
  std::string joined(to_string(of));
  joined += '\0';
  joined += name_space;
  joined += '\0';
  joined += key;
  return fmt::format("{}-{}", to_string(of), io::sha256_hex(joined).substr(0, digits));
}

inventory::inventory(std::string name_space, const std::vector<kind>& kinds,
                     std::optional<std::set<std::string>> ids)
    : name_space_(std::move(name_space)), ids_(std::move(ids)) {
  if (kinds.empty()) wanted_.fill(true);
  for (const kind one : kinds) wanted_.at(index_of(one)) = true;
}

void inventory::add(entry one) {
  if (!wants(one.kind)) return;
  one.id = entry_id(one.kind, name_space_, one.key);
  if (ids_ && !ids_->contains(one.id)) return;
  std::size_t& count = counts_.at(index_of(one.kind));
  if (count == most_entries) {
    more_.at(index_of(one.kind)) = true;
    return;
  }
  ++count;
  one.cleanable = one.remove != nullptr;
  if (one.breaks.empty()) one.breaks = rule_of(one.kind).breaks;
  entries_.push_back(std::move(one));
}

void inventory::withhold(kind one, const std::string& because) {
  if (!wants(one) || withheld_.size() == most_reasons) return;
  const bool known = std::any_of(
      withheld_.begin(), withheld_.end(),
      [&](const withheld_kind& other) { return other.kind == one && other.because == because; });
  if (!known) withheld_.push_back({one, because});
}

std::vector<kind> inventory::more() const {
  std::vector<kind> kinds;
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (more_.at(i)) kinds.push_back(static_cast<kind>(i));
  }
  return kinds;
}

void inventory::sort() {
  std::sort(entries_.begin(), entries_.end(), [](const entry& one, const entry& other) {
    return std::tie(one.kind, one.path, one.id) < std::tie(other.kind, other.path, other.id);
  });
}

}  // namespace dm::housekeeping
