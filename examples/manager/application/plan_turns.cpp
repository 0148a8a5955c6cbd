// How many plans that unpack a package are made at a time.
// SPDX-License-Identifier: Apache-2.0
#include "application/plan_turns.h"

#include "base/failure.h"

#include <fmt/format.h>

#include <utility>

namespace manager {

plan_turns::turn::turn(plan_turns& owner, std::string user)
    : owner_(owner), user_(std::move(user)) {
  const std::lock_guard lock(owner_.mutex_);
  if (owner_.users_.contains(user_)) {
    throw failure(failure_kind::failed_connection,
                  fmt::format("another plan is being made for {}: each account has one at a time "
                              "that unpacks a package; ask again in a moment",
                              user_));
  }
  if (owner_.users_.size() >= most_plans) {
    throw failure(
        failure_kind::failed_connection,
        fmt::format("{} plans that unpack a package are being made, and there are no more "
                    "at a time; ask again in a moment",
                    owner_.users_.size()));
  }
  owner_.users_.insert(user_);
}

plan_turns::turn::~turn() {
  const std::lock_guard lock(owner_.mutex_);
  owner_.users_.erase(user_);
}

}  // namespace manager
