// Reads one JSON object of a configuration and collects every problem in it, with JSON paths,
// instead of stopping at the first.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class configuration_reader {
 public:
  /// `object` may be nullptr (the object is absent: everything has its default). Both it and
  /// `problems` outlive the reader. `path` is "$" for the whole document.
  configuration_reader(const json::value* object, std::string path, std::vector<problem>& problems);

  std::string text(std::string_view name, std::string_view otherwise);
  std::string required_text(std::string_view name);
  std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                       std::int64_t most);
  bool flag(std::string_view name, bool otherwise);
  std::string one_of(std::string_view name, std::string_view otherwise,
                     const std::vector<std::string_view>& allowed);
  std::vector<std::string> texts(std::string_view name, std::vector<std::string> otherwise);
  /// A member object, or nullptr.
  const json::value* object(std::string_view name, bool required);
  configuration_reader child(std::string_view name);
  /// The elements of a list of objects, each with its path; empty when it is absent.
  std::vector<configuration_reader> children(std::string_view name);

  void problem_at(std::string_view name, std::string found, std::string allowed,
                  std::string message);
  /// Reports members that nobody asked for. To be called last.
  void finish();

 private:
  const json::value* member(std::string_view name);
  std::string path_of(std::string_view name) const;

  const json::value* object_;
  std::string path_;
  std::vector<problem>& problems_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace manager
