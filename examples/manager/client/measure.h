// Durations, times and sizes, as people write and read them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dmctl {

/// "90", "90s", "5m", "2h", "500ms": whole numbers; a number alone is seconds.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
inline constexpr std::string_view duration_rule = "a whole number and ms, s, m, h or d: 90s, 5m";

/// "0.4 s", "12 s", "3 min 5 s", "2 h 4 min", "3 d 4 h".
std::string shown_duration(std::chrono::milliseconds duration);
/// "918 B", "1.2 MB".
std::string shown_bytes(std::uint64_t bytes);
/// "12300", "4.5M": a figure in few characters.
std::string shown_number(double number);

/// Of RFC 3339 in UTC, as the Deployment Manager has it.
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_time(std::string_view text);
/// "2024-05-01 12:00:07" (UTC), without what nobody reads.
std::string shown_time(std::string_view rfc3339);
/// The same of each one within a text.
std::string with_shown_times(std::string_view text);
/// How long ago; the text itself where it is no time.
std::string shown_age(std::string_view rfc3339,
                      std::chrono::sys_time<std::chrono::milliseconds> now);
std::chrono::sys_time<std::chrono::milliseconds> time_now();
/// "2024-05-01T12:00:07Z".
std::string rfc3339_of(std::chrono::sys_time<std::chrono::milliseconds> when);

}  // namespace dmctl
