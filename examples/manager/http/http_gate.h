// Who is let in: the HTTP server asks the gate about every request whose framing is right, before
// its body is read, and shows it every answer before it is sent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_limits.h"
#include "http/http_message.h"
#include "http/router.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

/// A request's head as it came, and from where.
struct http_head {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case, in their order
  bool has_body = false;
  std::uint64_t announced_bytes = 0;  // by Content-Length; 0: none, or chunks
  bool encrypted = false;
  std::size_t listener = 0;  // its place in http_server_options::listeners
  http_peer peer;

  /// All values under a name in lower case.
  std::vector<std::string_view> values(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const auto& [known, value] : fields) {
      if (known == name) found.push_back(value);
    }
    return found;
  }
  /// The same as one value, as lists that are given in pieces mean it.
  std::string joined(std::string_view name) const {
    std::string all;
    for (const std::string_view value : values(name)) {
      all += (all.empty() ? "" : ", ") + std::string(value);
    }
    return all;
  }
};

class http_gate {
 public:
  virtual ~http_gate() = default;
  /// Says who asks (request.who), or refuses. `match` is nullptr where no route fits: nobody learns
  /// that without a credential. May ask the system's account database. [any-thread]
  virtual std::optional<http_response> admit(http_request& request, const http_head& head,
                                             const router::route* match) = 0;
  /// Sees every answer, refusals of the server itself too; may add headers. Does not block.
  /// [the server's thread]
  virtual void finish(const http_request& request, const http_head& head, http_response& response,
                      std::chrono::milliseconds took) = 0;
};

}  // namespace manager
