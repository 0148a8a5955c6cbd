// HTTP requests of the Deployment Manager itself: repository service, WebHDFS, callbacks.
// One request, one connection, one time limit over all of it; redirects are for the caller to
// judge.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct http_call {
  std::string method = "GET";
  std::string url;
  std::string body;                  // sent as application/json when not empty
  std::vector<std::string> headers;  // more of them: "Name: value"
  std::chrono::milliseconds timeout{30'000};
  std::size_t largest_body = 1U << 20;  // of an answer that is kept; the rest is not read
  cancellation* cancel = nullptr;       // ends the transfer within a second
  /// Takes the body of a 200 answer piece by piece instead of http_result::body. May throw.
  std::function<void(std::string_view)> receive;
};

struct http_result {
  long status = 0;
  std::string body;
  bool cut = false;      // the body was larger than largest_body
  std::string location;  // of a redirect
};

/// Carries out the call. Any answer is a result, whatever its status; no answer is a
/// failure(failed_connection) that names address and cause, a cancelled one failure(cancelled).
/// [any-thread]
http_result perform(const http_call& call);

/// Whether `perform` can be asked of it: http:// or https://, a host, a port that is one. What a
/// user's name or password has of / ? # @ : is percent-encoded there.
bool is_http_address(const std::string& text);

/// Percent-encodes everything but unreserved characters.
std::string percent_encode(std::string_view text);
/// The same, but keeps '/'.
std::string percent_encode_path(std::string_view path);

}  // namespace manager
