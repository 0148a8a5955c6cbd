// What a browser is kept from: pages of other origins, and names that were bent to this address.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/access_settings.h"
#include "http/http_gate.h"

#include <optional>
#include <string>
#include <string_view>

namespace manager {

class origin_rules {
 public:
  explicit origin_rules(const identity_settings& settings) : settings_(settings) {}

  /// Throws refused_access: 403 for an Origin that is neither this listener's own nor listed ("*"
  /// is for reads only), 421 for a Host that is no name of this listener. [any-thread]
  void check(const http_head& head) const;

  /// The answer to a browser that asks whether a page of a listed origin may send what it wants to;
  /// nullopt where nothing of that kind is asked. [any-thread]
  std::optional<http_response> preflight(const http_head& head) const;

  /// Lets the page read the answer, where its origin is listed. [any-thread]
  void add_headers(const http_head& head, http_response& response) const;

 private:
  bool lists(std::string_view origin, bool reads) const;
  bool is_own_page(const http_head& head, std::string_view origin) const;
  bool knows(const http_head& head, std::string_view host) const;

  const identity_settings& settings_;
};

/// "Example.com:5000" -> "example.com", "[::1]:5000" -> "::1"
std::string host_name(std::string_view host);

}  // namespace manager
