// Addresses of requests: every name that comes from people or from the server is encoded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dmctl {

/// RFC 3986: all but unreserved characters become %XX, slashes, too.
std::string percent_encoded(std::string_view text);
std::string percent_decoded(std::string_view text);

using query = std::vector<std::pair<std::string, std::string>>;

/// "/applications/<app>/status?wait=1". A part that is empty, "." or ".." is a problem (usage), as
/// it would be another address; query members without a value are left out.
std::string target(std::initializer_list<std::string_view> parts, const query& members = {});

}  // namespace dmctl
