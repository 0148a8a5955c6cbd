// Times as the Deployment Manager writes them: RFC 3339 in UTC, and milliseconds since 1970.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace manager {

/// Milliseconds since 1970-01-01 UTC, from the system's clock.
std::int64_t now_ms();

/// "2024-05-01T12:00:00.123Z".
std::string to_rfc3339(std::int64_t ms_since_1970);

/// The reverse, of times in UTC ("Z"), with or without a fraction; nullopt for anything else.
std::optional<std::int64_t> from_rfc3339(std::string_view text);

}  // namespace manager
