// Lets requests in: origin and host, who asks, what he may do, what he sends. Nothing is answered
// to nobody, but what a route says is open; so is, where tokens are the proof, the page's own text.
// Writes a line for each write and each refusal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/identification.h"
#include "access/origin_rules.h"
#include "http/http_gate.h"

namespace manager {

class access_gate final : public http_gate {
 public:
  /// All of it outlives the gate.
  access_gate(const identity_settings& settings, const authorizer& rules,
              const token_store& tokens);

  std::optional<http_response> admit(http_request& request, const http_head& head,
                                     const router::route* match) override;
  void finish(const http_request& request, const http_head& head, http_response& response,
              std::chrono::milliseconds took) override;

 private:
  bool is_open(const http_request& request, const http_head& head,
               const router::route* match) const;
  void check(http_request& request, const http_head& head, const router::route* match) const;

  const identity_settings& settings_;
  const authorizer& rules_;
  const identification identification_;
  const origin_rules origins_;
};

}  // namespace manager
