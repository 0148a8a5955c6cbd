// Where the cluster's nodes are, as YARN has told.
// SPDX-License-Identifier: Apache-2.0
#include "context/node_addresses.h"

namespace dm::context {

void node_addresses::remember(const std::string& id, const std::string& address) {
  const std::lock_guard lock(mutex_);
  if (addresses_.size() >= most && !addresses_.contains(id)) addresses_.clear();
  addresses_[id] = address;
}

std::optional<std::string> node_addresses::of(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = addresses_.find(id);
  return found == addresses_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace dm::context
