// The query behind a page of a list.
// SPDX-License-Identifier: Apache-2.0
#include "registry/list_statement.h"

#include <fmt/format.h>

#include <utility>

namespace manager {
namespace {

// Behind all names that begin so: names are of ASCII, so the last character has a next one.
std::string end_of(std::string prefix) {
  prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

}  // namespace

list_statement& list_statement::where(std::string_view condition, std::vector<value> values) {
  sql_ += fmt::format(" {} {}", std::exchange(begun_, true) ? "AND" : "WHERE", condition);
  for (value& one : values) values_.push_back(std::move(one));
  return *this;
}

list_statement& list_statement::where_given(std::string_view condition, const std::string& wanted) {
  return wanted.empty() ? *this : where(condition, {wanted});
}

list_statement& list_statement::where_name(const std::string& prefix, const std::string& after) {
  if (!prefix.empty()) where("name < ?", {end_of(prefix)});
  // One lower bound: SQLite would search by the first and look at each row for the second.
  if (!after.empty() && after >= prefix) return where("name > ?", {after});
  return prefix.empty() ? *this : where("name >= ?", {prefix});
}

database_query list_statement::run(database& registry, std::string_view order,
                                   std::int64_t limit) const {
  database_query query = registry.query(fmt::format("{} ORDER BY {} LIMIT ?", sql_, order));
  for (const value& one : values_) {
    std::visit([&](const auto& bound) { query.bind(bound); }, one);
  }
  query.bind(limit);
  return query;
}

}  // namespace manager
