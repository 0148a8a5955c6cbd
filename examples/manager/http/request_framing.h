// What the server refuses by a request's head alone, before anybody asks who it is from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_gate.h"
#include "http/http_limits.h"

#include <optional>

namespace manager {

/// The refusal, or nullopt; afterwards parse_target(head.target) succeeds. `old_client`: HTTP/1.0.
std::optional<http_response> refused_framing(const http_head& head, const http_limits& limits,
                                             bool old_client);

}  // namespace manager
