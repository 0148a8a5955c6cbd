// What each account has uploaded and is uploading, against its quota.
// SPDX-License-Identifier: Apache-2.0
#include "package/upload_quota.h"

#include "base/failure.h"

#include <fmt/format.h>

#include <utility>

namespace manager {

upload_quota::share::share(upload_quota& owner, std::string user, std::string file)
    : owner_(owner), user_(std::move(user)), file_(std::move(file)) {
  const std::lock_guard lock(owner_.mutex_);
  const auto known = owner_.accounts_.find(user_);
  if (known != owner_.accounts_.end()) {
    ++known->second.uploads;
  } else {
    owner_.accounts_[user_] = {owner_.stored_(user_), 0, 1};
  }
}

upload_quota::share::~share() {
  const std::lock_guard lock(owner_.mutex_);
  const auto own = owner_.accounts_.find(user_);
  account& counted = own->second;
  counted.arriving -= bytes_;
  if (kept_) counted.stored += bytes_;
  if (--counted.uploads == 0) owner_.accounts_.erase(own);
}

void upload_quota::share::grow(std::uint64_t bytes) {
  const std::lock_guard lock(owner_.mutex_);
  account& counted = owner_.accounts_.at(user_);
  const std::uint64_t used = counted.stored + counted.arriving;
  if (used > owner_.user_bytes_ || bytes > owner_.user_bytes_ - used) {
    throw failure(
        failure_kind::no_space,
        fmt::format("{} does not fit into limits.user_bytes = {}: {} bytes are uploaded by "
                    "{}, and {} are arriving; delete some (DELETE "
                    "/repository/packages/<file>)",
                    file_, owner_.user_bytes_, counted.stored, user_, counted.arriving));
  }
  counted.arriving += bytes;
  bytes_ += bytes;
}

}  // namespace manager
