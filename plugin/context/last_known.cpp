// What a session saw last of each component.
// SPDX-License-Identifier: Apache-2.0
#include "context/last_known.h"

#include <utility>

namespace dm::context {

namespace {

// Of components that came and went in a long session, the memory is not worth keeping.
constexpr std::size_t most_components = 50'000;

}  // namespace

void last_known::remember(const std::string& id, sight seen) {
  const std::lock_guard lock(mutex_);
  if (sights_.size() >= most_components && !sights_.contains(id)) sights_.clear();
  sights_[id] = std::move(seen);
}

std::optional<last_known::sight> last_known::of(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sights_.find(id);
  return found == sights_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace dm::context
