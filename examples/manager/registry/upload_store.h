// Who uploaded which file of the embedded repository, and what it was.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct upload_record {
  std::string file;
  std::string user;
  /// Of the bytes as they came. None of what an earlier version has taken in.
  std::optional<std::string> sha256 = {};
  // What tells that the file is still the one that came.
  std::int64_t bytes = 0;
  std::int64_t changed_at = 0;  // its time of change, ns since 1970
};

class upload_store {
 public:
  explicit upload_store(database& registry) : registry_(registry) {}

  std::optional<upload_record> find(const std::string& file) {
    auto query =
        registry_.query("SELECT user, sha256, bytes, changed_at FROM uploads WHERE file = ?", file);
    if (!query.step()) return std::nullopt;
    return upload_record{file, query.text(0), query.optional_text(1), query.integer(2),
                         query.integer(3)};
  }
  std::vector<std::string> files_of(const std::string& user) {
    auto query = registry_.query("SELECT file FROM uploads WHERE user = ?", user);
    std::vector<std::string> files;
    while (query.step()) files.push_back(query.text(0));
    return files;
  }
  void put(const upload_record& record) {
    registry_.run(
        "INSERT OR REPLACE INTO uploads (file, user, sha256, bytes, changed_at) "
        "VALUES (?, ?, ?, ?, ?)",
        record.file, record.user, record.sha256, record.bytes, record.changed_at);
  }
  void erase(const std::string& file) { registry_.run("DELETE FROM uploads WHERE file = ?", file); }

 private:
  database& registry_;
};

}  // namespace manager
