// Bearer tokens: a file holds their hashes, users, roles and ends, never the tokens themselves.
//
//   {"tokens": [{"id": "3f9c0a51", "hash": "<64 hex digits: SHA-256 of the secret>", "user":
//   "alice",
//                "roles": ["read", "operate"], "expires": "2027-01-31T00:00:00Z", "comment":
//                "CI"}]}
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/caller.h"
#include "base/failure.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct token_entry {
  std::string id;
  std::string hash;
  std::string user;
  role_set roles;
  std::int64_t expires_ms = 0;  // since 1970
  std::string comment;
};

/// Reads a token file. Throws failure: not readable, accessible for others, or not well-formed,
/// with every problem.
std::vector<token_entry> read_tokens(const std::filesystem::path& file);

/// Adds a token to the file, which is made (0600) if need be, and returns the token: the only time
/// that it can be seen. Throws failure or std::system_error.
std::string create_token(const std::filesystem::path& file, const std::string& user, role_set roles,
                         std::chrono::hours lifetime, const std::string& comment);
/// False when the file has no such token.
bool revoke_token(const std::filesystem::path& file, const std::string& id);

/// The tokens that are accepted at the moment.
class token_store {
 public:
  /// An empty path: no token is. Throws as read_tokens does.
  explicit token_store(std::filesystem::path file);

  /// Throws as read_tokens does, and keeps what it has then. [any-thread]
  void reload();

  struct match {
    std::string user;
    role_set roles;
  };
  /// nullopt: unknown, wrong or expired. Takes the same time whichever byte is wrong. [any-thread]
  std::optional<match> find(std::string_view token, std::int64_t now_ms) const;

 private:
  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::shared_ptr<const std::vector<token_entry>> entries_;  // guarded by mutex_
};

}  // namespace manager
