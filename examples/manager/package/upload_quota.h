// What each account has uploaded and is uploading, against its quota.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace manager {

/// Uploads that are under way count as much as those that have ended: nobody gets more by uploading
/// several at once. [thread-safe]
class upload_quota {
 public:
  /// `stored`: the bytes of a user's uploads that are there; must not use this object.
  upload_quota(std::uint64_t user_bytes, std::function<std::uint64_t(const std::string&)> stored)
      : user_bytes_(user_bytes), stored_(std::move(stored)) {}

  /// One upload; what it took is given back with it unless it is kept.
  class share {
   public:
    share(upload_quota& owner, std::string user, std::string file);
    ~share();
    share(const share&) = delete;
    share& operator=(const share&) = delete;

    /// Before the bytes are written. Throws failure(no_space), saying what to do.
    void grow(std::uint64_t bytes);
    /// It is in the repository from now on.
    void keep() { kept_ = true; }

   private:
    upload_quota& owner_;
    const std::string user_;
    const std::string file_;
    std::uint64_t bytes_ = 0;
    bool kept_ = false;
  };

 private:
  /// Of an account with uploads under way. Uploads that it deletes meanwhile count until none is.
  struct account {
    std::uint64_t stored = 0;
    std::uint64_t arriving = 0;
    std::size_t uploads = 0;
  };

  const std::uint64_t user_bytes_;
  const std::function<std::uint64_t(const std::string&)> stored_;
  std::mutex mutex_;
  std::map<std::string, account> accounts_;  // guarded by mutex_
};

}  // namespace manager
