// What came of a clean-up, in the words that stay in the history of operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// Adds up the replies of one clean-up. It keeps numbers and some texts, not the entries.
class housekeeping_report {
 public:
  explicit housekeeping_report(bool dry_run) : dry_run_(dry_run) {}

  /// One reply of "clean".
  void add(const json::value& reply);
  /// A plugin that could not do it, or not all of it.
  void add_problem(const std::string& type, std::string_view why);
  /// How many of the ids that were asked for no plugin knows (any more).
  void set_gone(std::size_t count) { gone_ = count; }

  /// Something that should have been removed was not.
  bool has_problems() const { return !problems_.empty() || failed_ > 0; }
  /// "Removed 12 (staging 3, archived-job 9), 1.2 GB; …"
  std::string text() const;

 private:
  void add_entry(const json::value& entry);
  void note(std::vector<std::string>& into, std::string text);

  bool dry_run_;
  std::map<std::string, std::int64_t> counts_;  // by kind; removed, or to be removed
  std::int64_t bytes_ = 0;
  std::int64_t failed_ = 0;
  std::int64_t left_ = 0;  // not for a plugin to remove
  std::size_t gone_ = 0;
  std::vector<std::string> failures_;
  std::vector<std::string> withheld_;
  std::vector<std::string> problems_;
};

}  // namespace manager
