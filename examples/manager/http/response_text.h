// An answer's head, and chunks, as they go over the wire.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_message.h"

#include <string>
#include <string_view>

namespace manager {

struct response_framing {
  bool keep = false;            // the connection stays
  bool chunked = false;         // the body comes in chunks
  bool unknown_length = false;  // no Content-Length
};

/// Status line and header fields with the empty line.
std::string head_text(const http_response& response, const response_framing& framing);

/// One chunk of a chunked body; `bytes` must not be empty.
std::string chunk(std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace manager
