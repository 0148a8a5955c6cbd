// A text sent to a TCP port that answers nothing, as Graphite's is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/operation.h"

namespace dm::io {

// Connects, sends all of it and closes. Whether it was read nobody says: OK means that the other
// end's machine has taken it. UNAVAILABLE: not resolved, refused, reset; DEADLINE_EXCEEDED,
// CANCELLED: the operation ended before. The end does not wait for a name server that is silent
// (http_request::leaves_resolver).
result<void> send_text(const operation& op, const std::string& host, std::uint16_t port,
                       std::string_view text);

}  // namespace dm::io
