// The query of a request, in one way for all routes: what is not known, given twice, or no value of
// its parameter is refused, all of it at once, with the parameter's name and what is allowed. A
// misspelt "tail", or the second of two, must not go unnoticed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "http/http_message.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class query_reader {
 public:
  /// `known`: all parameters of the route, besides user.name. `request` outlives this object.
  query_reader(const http_request& request, const std::vector<std::string_view>& known);

  // Each reads one parameter and notes what is wrong with it. Empty, or nullopt: it is not given.
  std::string text(std::string_view name, std::string_view rule,
                   const std::function<bool(std::string_view)>& fits);
  std::string one_of(std::string_view name, const std::vector<std::string_view>& allowed);
  /// Words that are divided by commas; `fits` is asked for each.
  std::vector<std::string> words(std::string_view name, std::string_view rule,
                                 const std::function<bool(std::string_view)>& fits);
  /// A component's name.
  std::string component();
  /// A time, as ms since 1970; 0: not given.
  std::int64_t time(std::string_view name);
  bool flag(std::string_view name, bool otherwise);
  /// A whole number.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most);

  void refuse(problem one) { problems_.push_back(std::move(one)); }
  /// Throws failure(failed_validation) with everything that was noted.
  void check() const;

 protected:
  const http_request& request() const { return request_; }

 private:
  const http_request& request_;
  std::vector<problem> problems_;
};

/// Of a route that reads no more of its query than `known` says: throws as query_reader::check.
inline void check_query(const http_request& request, const std::vector<std::string_view>& known) {
  query_reader(request, known).check();
}

}  // namespace manager
