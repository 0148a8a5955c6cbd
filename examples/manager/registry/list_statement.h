// The query behind a page of a list: only the conditions that are asked for stand in it, so that
// SQLite uses the index that fits them, and a page costs by its size, not by what is before it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace manager {

/// As a limit: all of them.
inline constexpr std::int64_t no_limit = -1;

class list_statement {
 public:
  using value = std::variant<std::int64_t, std::string>;

  /// "SELECT … FROM …"; texts of this program only: values are bound.
  explicit list_statement(std::string_view select) : sql_(select) {}

  /// `condition` has a "?" for each value.
  list_statement& where(std::string_view condition, std::vector<value> values = {});
  /// The same unless `wanted` is empty.
  list_statement& where_given(std::string_view condition, const std::string& wanted);
  /// Names that begin with `prefix`, those beyond `after`; empty ones do not restrict.
  list_statement& where_name(const std::string& prefix, const std::string& after);

  /// `order`: "name", "accepted_at DESC, id DESC". At most `limit` rows.
  database_query run(database& registry, std::string_view order, std::int64_t limit) const;

 private:
  std::string sql_;
  bool begun_ = false;  // there is a condition
  std::vector<value> values_;
};

}  // namespace manager
