// Durations, times and sizes.
// SPDX-License-Identifier: Apache-2.0
#include "client/measure.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace dmctl {

using std::chrono::milliseconds;

std::optional<milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || number < 0 || number > 1'000'000'000) return std::nullopt;
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (unit == "ms") return milliseconds(number);
  if (unit.empty() || unit == "s") return milliseconds(number * 1000);
  if (unit == "m" || unit == "min") return milliseconds(number * 60'000);
  if (unit == "h") return milliseconds(number * 3'600'000);
  if (unit == "d") return milliseconds(number * 86'400'000);
  return std::nullopt;
}

std::string shown_duration(milliseconds duration) {
  const std::int64_t ms = duration.count();
  const std::int64_t seconds = ms / 1000;
  if (ms < 0) return "0 s";
  if (seconds < 10) return fmt::format("{}.{} s", seconds, ms % 1000 / 100);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds % 86'400 / 3600);
}

std::string shown_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  for (const char* unit : {"kB", "MB", "GB", "TB"}) {
    value /= 1000;
    if (value < 999.95) return fmt::format("{:.1f} {}", value, unit);
  }
  return fmt::format("{:.1f} PB", value / 1000);
}

std::string shown_number(double number) {
  if (!std::isfinite(number)) return "-";
  const double size = std::fabs(number);
  if (size >= 1e12) return fmt::format("{:.3g}", number);
  if (size >= 1e9) return fmt::format("{:.1f}G", number / 1e9);
  if (size >= 1e6) return fmt::format("{:.1f}M", number / 1e6);
  if (number == std::floor(number)) return fmt::format("{:.0f}", number);
  return fmt::format("{:.1f}", number);
}

std::optional<std::chrono::sys_time<milliseconds>> parse_time(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6) {
    return std::nullopt;
  }
  int ms = 0;
  std::string_view rest = std::string_view(copy).substr(static_cast<std::size_t>(used));
  if (rest.starts_with('.')) {
    int digits = 0;
    for (rest.remove_prefix(1); !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; ++digits) {
      if (digits < 3) ms = ms * 10 + (rest[0] - '0');
      rest.remove_prefix(1);
    }
    for (; digits < 3; ++digits) ms *= 10;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (rest != "Z" || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + milliseconds(ms);
}

std::string shown_time(std::string_view rfc3339) {
  const auto when = parse_time(rfc3339);
  if (!when) return std::string(rfc3339);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(*when)));
}

std::string with_shown_times(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string result;
  while (!text.empty()) {
    bool fits = text.size() > shape.size();
    for (std::size_t i = 0; fits && i < shape.size(); ++i)
      fits = shape[i] == '0' ? digit(text[i]) : text[i] == shape[i];
    std::size_t end = shape.size();
    if (fits && text[end] == '.')
      end = std::min(text.find_first_not_of("0123456789", end + 1), text.size());
    fits = fits && end < text.size() && text[end] == 'Z' && parse_time(text.substr(0, end + 1));
    if (fits) result += shown_time(text.substr(0, end + 1)) + " UTC";
    if (!fits) result += text.front();
    text.remove_prefix(fits ? end + 1 : 1);
  }
  return result;
}

std::string shown_age(std::string_view rfc3339, std::chrono::sys_time<milliseconds> now) {
  const auto when = parse_time(rfc3339);
  if (!when) return std::string(rfc3339);
  return shown_duration(std::chrono::duration_cast<milliseconds>(now - *when));
}

std::chrono::sys_time<milliseconds> time_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

std::string rfc3339_of(std::chrono::sys_time<milliseconds> when) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

}  // namespace dmctl
