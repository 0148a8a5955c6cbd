// Wall-clock times as the documents write them: RFC 3339 in UTC with milliseconds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dm::io {

using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

wall_time now();
std::string to_rfc3339(wall_time time);                        // "2026-01-31T23:59:59.123Z"
std::optional<wall_time> from_rfc3339(std::string_view text);  // exactly the form above
// No service's time lies behind this, the last moment of the year 9999 in milliseconds of the
// epoch.
constexpr std::int64_t latest_ms = 253'402'300'799'999;
inline wall_time from_epoch_ms(std::int64_t ms) { return wall_time(std::chrono::milliseconds(ms)); }

}  // namespace dm::io
