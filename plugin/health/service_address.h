// Where a service listens: an address of the web, or a unix socket of this machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "io/http.h"

namespace dm::health {

class service_address {
 public:
  // "http://host:port", "https://host:port", "unix:///path/of/a/socket".
  explicit service_address(const std::string& url);

  io::http_request get(const std::string& path) const;
  // Why this account cannot ask: it may not write to the socket, which says nothing of who listens
  // there (PERMISSION_DENIED).
  std::optional<error> barred() const;

 private:
  std::string origin_;
  std::string socket_;
};

}  // namespace dm::health
