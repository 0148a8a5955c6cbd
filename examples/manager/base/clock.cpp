// Times as the Deployment Manager writes them.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <fmt/format.h>

#include <atomic>
#include <ctime>

namespace manager {
namespace {

std::atomic<std::int64_t> changed_by_ms{0};

}  // namespace

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() +
         changed_by_ms.load(std::memory_order_relaxed);
}

clock_change::clock_change(std::chrono::milliseconds by) { changed_by_ms = by.count(); }
clock_change::~clock_change() { changed_by_ms = 0; }

std::string to_rfc3339(std::int64_t ms_since_1970) {
  const std::time_t seconds = static_cast<std::time_t>(ms_since_1970 / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     ms_since_1970 % 1000);
}

std::optional<std::int64_t> from_rfc3339(std::string_view text) {
  std::tm utc{};
  const std::string copy(text);
  const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  if (rest == nullptr) return std::nullopt;
  std::int64_t fraction = 0;
  if (*rest == '.') {
    std::int64_t unit = 100;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) fraction += unit * (*rest - '0');
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return std::int64_t{::timegm(&utc)} * 1000 + fraction;
}

}  // namespace manager
