// Reads single properties by their kind and collects everything that is wrong with them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/problem_list.h"
#include "package/properties.h"
#include "package/property_names.h"
#include "package/warning.h"

namespace dm::package {

// Whether the map holds every property that a value may refer to. Before creation the host's own
// ones may be missing (an hdfspath_, the environment); then a value with an unknown reference is
// taken as right.
enum class references { partial, complete };

class property_reader {
 public:
  property_reader(const property_map& properties, references references)
      : properties_(properties), references_(references) {}

  bool given(std::string_view name) const;

  // The value of a property in the table, its references replaced: one line of text, not empty
  // unless the table allows that. nullopt: not given, or a problem was noted.
  std::optional<std::string> text(std::string_view name);
  // The same, of a property that must be a JSON string, and for which what the table says holds.
  std::optional<std::string> valid_text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name);
  std::optional<std::int64_t> memory_bytes(std::string_view name);
  std::optional<std::int64_t> size_bytes(std::string_view name);
  // A text at commas, or a JSON list; elements for which what the table says does not hold are left
  // out.
  std::vector<std::string> list(std::string_view name);
  // several_lines: any text but NUL; else on one line each.
  std::vector<std::string> arguments(std::string_view name, bool several_lines);
  // The members of a JSON object (or of a text that is one) with their values as text. A name is
  // refused for a reason that `refuse` gives, as what would be allowed instead.
  std::vector<std::pair<std::string, std::string>> object(
      std::string_view name, const std::function<std::string(std::string_view member)>& refuse);

  // Notes that a property has a value that is not allowed; `allowed` is the table's text when
  // empty.
  void refuse(std::string_view name, std::string found, std::string_view allowed = {});
  void refuse_value(std::string_view name, std::string_view value) {
    refuse(name, shown_of(name, value));
  }
  void warn(std::string_view name, std::string message);

  problem_list problems;
  std::vector<warning> warnings;

 private:
  static std::string shown_of(std::string_view name, std::string_view value);
  const property* value_of(std::string_view name) const;  // given and not null
  // Replaces references; nullopt: a problem was noted, or the value cannot be known yet.
  std::optional<std::string> replaced(std::string_view name, std::string_view text,
                                      const encoder& encode = {});
  std::optional<std::string> element(std::string_view name, const io::json_value& value);

  const property_map& properties_;
  references references_;
};

// "$.properties.<name>"
std::string property_path(std::string_view name);

}  // namespace dm::package
