// Times as the Deployment Manager writes them: RFC 3339 in UTC, and milliseconds since 1970.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace manager {

/// Milliseconds since 1970-01-01 UTC, from the system's clock, which nothing else reads. Somebody
/// may set it at any time: it is for what people and other programs read, and for what must outlast
/// the process; ages and waits are counted by std::chrono::steady_clock.
std::int64_t now_ms();

/// For tests: while it lives, now_ms() is `by` later, or earlier where that is negative, as if
/// somebody had set the machine's clock. One at a time.
class clock_change {
 public:
  explicit clock_change(std::chrono::milliseconds by);
  ~clock_change();
  clock_change(const clock_change&) = delete;
  clock_change& operator=(const clock_change&) = delete;
};

/// "2024-05-01T12:00:00.123Z".
std::string to_rfc3339(std::int64_t ms_since_1970);

/// The reverse, of times in UTC ("Z"), with or without a fraction; nullopt for anything else.
std::optional<std::int64_t> from_rfc3339(std::string_view text);

}  // namespace manager
