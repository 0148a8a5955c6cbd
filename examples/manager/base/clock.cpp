// Times as the Deployment Manager writes them.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <fmt/format.h>

#include <atomic>
#include <ctime>

namespace manager {
namespace {

std::atomic<std::int64_t> changed_by_ms{0};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

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
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() <= form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i]) return std::nullopt;
  }
  // strptime and timegm would make the 1st of March of the 30th of February.
  const std::chrono::year_month_day date(
      std::chrono::year(number(text.substr(0, 4))),
      std::chrono::month(static_cast<unsigned>(number(text.substr(5, 2)))),
      std::chrono::day(static_cast<unsigned>(number(text.substr(8, 2)))));
  const int hour = number(text.substr(11, 2));
  const int minute = number(text.substr(14, 2));
  const int second = number(text.substr(17, 2));
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  std::string_view rest = text.substr(form.size());
  std::int64_t fraction = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (!is_digit(rest.empty() ? '\0' : rest[0])) return std::nullopt;
    for (std::int64_t unit = 100; !rest.empty() && is_digit(rest[0]); unit /= 10) {
      fraction += unit * (rest[0] - '0');
      rest.remove_prefix(1);
    }
  }
  if (rest != "Z") return std::nullopt;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                    std::chrono::minutes(minute) + std::chrono::seconds(second);
  return std::chrono::milliseconds(time.time_since_epoch()).count() + fraction;
}

}  // namespace manager
