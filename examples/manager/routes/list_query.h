// The query of a list: its filters and its pages, in one way for all lists. A page ends with
// `Link: <the next one>; rel="next"` while there are more, so that bodies keep the shapes that
// clients know. `after` is what the last entry of the page before is found by, not a number: what
// comes and goes meanwhile makes no entry appear twice and none be left out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/list_statement.h"
#include "routes/query_reader.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class list_query : public query_reader {
 public:
  /// `parameters`: the list's own, besides limit and after. `request` outlives this object.
  list_query(const http_request& request, std::vector<std::string_view> parameters);

  /// How names begin.
  std::string prefix();
  /// An account, an owner: nobody checks whether there is such a one.
  std::string account(std::string_view name);
  /// 1 to 1000, or `otherwise` (which may be no_limit).
  std::int64_t limit(std::int64_t otherwise, std::int64_t most = 1000);
  /// A name that a page goes on behind.
  std::string after_name();

  /// Tells where the list goes on.
  void set_next(http_response& response, const std::string& after) const;
};

/// What is asked for to learn whether there is more than a page.
inline std::int64_t one_more_than(std::int64_t limit) {
  return limit == no_limit ? no_limit : limit + 1;
}

/// Cuts `rows` to the page; whether there were more.
template <typename Row>
bool cut_to_page(std::vector<Row>& rows, std::int64_t limit) {
  if (limit == no_limit || rows.size() <= static_cast<std::size_t>(limit)) return false;
  rows.erase(rows.begin() + limit, rows.end());
  return true;
}

}  // namespace manager
