// The head of a request as the parser has left it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_gate.h"
#include "http/http_limits.h"
#include "http/http_message.h"
#include "http/http_wire.h"

namespace manager {

/// Method, target, fields (with names in lower case) and what is known of the body.
void take_head(const http_wire::parser& from, http_head& head);

/// The answer to a head that could not be read.
http_response refused_head(const http_wire::error& failed, bool timed_out,
                           const http_limits& limits);

}  // namespace manager
