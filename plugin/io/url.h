// URLs put together and shown: encoding, and what of them may stand in a message.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dm::io {

// Percent-encodes everything but unreserved characters (RFC 3986); with keep_slashes for a path.
std::string percent_encode(std::string_view text, bool keep_slashes = false);

// "http://host:port" of a URL, for messages: without path, query and credentials.
std::string url_origin(std::string_view url);

// The URL for messages: without credentials and fragment, and with the value of every query
// parameter replaced whose name speaks of a secret (a DataNode's address carries
// delegation=<token>). Control characters become \x1b.
std::string printable_url(std::string_view url);

}  // namespace dm::io
