// What a client says of the form in which it wants an answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_message.h"

#include <string>
#include <string_view>

namespace manager {

/// Whether "text/html" itself is asked for, as by whoever opens an address in a browser; "*/*",
/// what programs say, does not ask for it.
bool accepts_html(std::string_view accept);

/// Whether gzip is named and not refused (q=0).
bool accepts_gzip(std::string_view accept_encoding);

/// Whether the client has what goes by this tag (If-None-Match).
bool knows_tag(std::string_view if_none_match, std::string_view tag);

/// The same answer, shorter, where the client takes that and it is worth it.
void compress(http_response& response, const http_request& request);

}  // namespace manager
