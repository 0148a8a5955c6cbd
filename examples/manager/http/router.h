// Finds the handler of a request. Literal parts of a pattern win over parameters; a known path with
// another method is 405, an unknown one 404, OPTIONS is answered from the table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/caller.h"
#include "http/http_message.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

/// Whose threads a route uses: a request waits only for those of its own lane.
enum class route_lane {
  quick,    // asks the registry and this machine only
  outside,  // waits for plugins and services
  write,    // changes something
  upload    // waits for the client, too
};

/// What is not given follows from the method: GET is read and quick, everything else operate and
/// write.
struct route_options {
  std::optional<role> needed = {};
  std::optional<route_lane> lane = {};
  bool open = false;  // answers without any credential
  /// Whether the request is for a file of the page, which holds nothing of anybody's: that answers
  /// without a credential where the listener takes tokens, since a browser sends none by itself.
  bool (*before_token)(const http_request& request) = nullptr;
  bool streams = false;     // the handler reads the body while it arrives; any content type
  bool until_left = false;  // the handler ends early when request.left is requested
  /// Where the lane depends on the request.
  route_lane (*lane_of)(const http_request& request) = nullptr;
};

class router {
 public:
  using handler = std::function<http_response(const http_request&)>;

  struct route {
    std::string method;
    std::string pattern;
    std::vector<std::string> parts;
    handler handle;
    role needed = role::operate;
    route_lane lane = route_lane::write;
    route_lane (*lane_of)(const http_request& request) = nullptr;
    bool open = false;
    bool (*before_token)(const http_request& request) = nullptr;
    bool streams = false;
    bool until_left = false;
  };

  /// `pattern`: "/applications/{application}/start". Not after the first dispatch.
  void add(std::string method, std::string_view pattern, handler handle,
           const route_options& options = {});

  struct found {
    const route* match = nullptr;  // nullptr: `answer` says why
    route_lane lane = route_lane::quick;
    http_response answer;  // 404, 405, or what OPTIONS asks for
  };
  /// Also fills in the request's parameters. [any-thread]
  found find(http_request& request) const;

  /// Method and pattern of each route, in the order of their adding.
  std::vector<std::pair<std::string, std::string>> table() const;

  /// Never throws for what a handler throws: that becomes the answer. [any-thread]
  static http_response run(const route& which, const http_request& request);
  /// Both together. [any-thread]
  http_response dispatch(http_request& request) const;

 private:
  bool matches(const route& candidate, const http_request& request) const;

  std::vector<route> routes_;
};

}  // namespace manager
