// Finds the handler of a request. Literal parts of a pattern win over parameters; a known path with
// another method is 405, an unknown one 404, OPTIONS is answered from the table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_message.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class router {
 public:
  using handler = std::function<http_response(const http_request&)>;

  /// `pattern`: "/applications/{application}/start". Not after the first dispatch.
  void add(std::string method, std::string_view pattern, handler handle);

  /// Never throws for what a handler throws: that becomes the answer. [any-thread]
  http_response dispatch(http_request& request) const;

 private:
  struct route {
    std::string method;
    std::string pattern;
    std::vector<std::string> parts;
    handler handle;
  };

  bool matches(const route& candidate, const http_request& request) const;
  http_response answer(http_request& request) const;

  std::vector<route> routes_;
};

}  // namespace manager
