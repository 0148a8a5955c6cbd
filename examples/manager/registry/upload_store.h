// Who uploaded which file of the embedded repository.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <optional>
#include <string>
#include <vector>

namespace manager {

class upload_store {
 public:
  explicit upload_store(database& registry) : registry_(registry) {}

  std::optional<std::string> uploader(const std::string& file) {
    auto query = registry_.query("SELECT user FROM uploads WHERE file = ?", file);
    return query.step() ? std::optional(query.text(0)) : std::nullopt;
  }
  std::vector<std::string> files_of(const std::string& user) {
    auto query = registry_.query("SELECT file FROM uploads WHERE user = ?", user);
    std::vector<std::string> files;
    while (query.step()) files.push_back(query.text(0));
    return files;
  }
  void put(const std::string& file, const std::string& user) {
    registry_.run("INSERT OR REPLACE INTO uploads (file, user) VALUES (?, ?)", file, user);
  }
  void erase(const std::string& file) { registry_.run("DELETE FROM uploads WHERE file = ?", file); }

 private:
  database& registry_;
};

}  // namespace manager
