// Which lines of a log are wanted.
// SPDX-License-Identifier: Apache-2.0
#include "logs/line_filter.h"

#include <re2/re2.h>

#include <ctime>

#include <fmt/format.h>

#include "input/text_rules.h"

namespace dm::logs {

namespace {

constexpr std::int64_t expression_memory = 1 << 20;
constexpr std::size_t longest_grep = 500;
// RE2's time is the text's length by the size of the program: with this one some seconds for a MiB
// at the very worst, where a few bytes such as "(a|b)*a(a|b){900}" could ask for half a minute.
// "\pL+" has 1200, "[^ ]{1,100}" 900.
constexpr int largest_program = 1500;

// `count` digits at `at`, as a number; nullopt: there are none.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Milliseconds of the fraction at `at`, which is moved behind it.
int fraction(std::string_view text, std::size_t& at) {
  if (at >= text.size() || (text[at] != ',' && text[at] != '.')) return 0;
  int milliseconds = 0;
  int unit = 100;
  for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
    milliseconds += (text[at] - '0') * unit;
  return milliseconds;
}

// Minutes east of UTC; nullopt: no zone stands there.
std::optional<int> zone(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  if (text[at] == 'Z') return 0;
  if (text[at] != '+' && text[at] != '-') return std::nullopt;
  const auto hours = digits(text, at + 1, 2);
  const bool colon = at + 3 < text.size() && text[at + 3] == ':';
  const auto minutes = digits(text, at + (colon ? 4 : 3), 2);
  if (!hours || !minutes || *hours > 15) return std::nullopt;
  return (text[at] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<io::wall_time> time_of_line(std::string_view line) {
  const auto year = digits(line, 0, 4);
  const auto month = digits(line, 5, 2);
  const auto day = digits(line, 8, 2);
  const auto hour = digits(line, 11, 2);
  const auto minute = digits(line, 14, 2);
  const auto second = digits(line, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || line[4] != '-' || line[7] != '-' ||
      (line[10] != ' ' && line[10] != 'T') || line[13] != ':' || line[16] != ':' || *month < 1 ||
      *month > 12 || *day < 1 || *day > 31 || *hour > 23 || *minute > 59 || *second > 60 ||
      *year < 1970)
    return std::nullopt;
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  parts.tm_isdst = -1;
  std::size_t at = 19;
  const int milliseconds = fraction(line, at);
  const auto east = zone(line, at);
  const std::int64_t seconds = east ? ::timegm(&parts) - *east * 60 : std::mktime(&parts);
  return io::from_epoch_ms(seconds * 1000 + milliseconds);
}

struct line_filter::expression {
  explicit expression(std::string_view pattern, const re2::RE2::Options& options)
      : compiled(re2::StringPiece(pattern.data(), pattern.size()), options) {}
  re2::RE2 compiled;
};

line_filter::line_filter() = default;
line_filter::line_filter(line_filter&&) noexcept = default;
line_filter& line_filter::operator=(line_filter&&) noexcept = default;
line_filter::~line_filter() = default;

result<line_filter> line_filter::make(io::wall_time since, const std::string& grep) {
  line_filter filter;
  filter.since_ = since;
  if (grep.size() > longest_grep) {
    return fail(input::invalid("the log cannot be searched",
                               {{"$.grep", fmt::format("{} bytes", grep.size()),
                                 fmt::format("at most {} bytes", longest_grep)}}));
  }
  if (grep.size() < 3 || !grep.starts_with('/') || !grep.ends_with('/')) {
    filter.literal_ = grep;
    return filter;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(expression_memory);
  filter.expression_ =
      std::make_unique<expression>(std::string_view(grep).substr(1, grep.size() - 2), options);
  const re2::RE2& compiled = filter.expression_->compiled;
  if (compiled.ok() && compiled.ProgramSize() <= largest_program) return filter;
  return fail(input::invalid(
      "the log cannot be searched",
      {{"$.grep", input::shown(grep),
        fmt::format("a text, or a regular expression of RE2 between slashes ({})",
                    compiled.ok() ? "with fewer or smaller repetitions" : compiled.error())}}));
}

bool line_filter::keeps_all() const {
  return !since_given() && literal_.empty() && expression_ == nullptr;
}

bool line_filter::matches(std::string_view shown) const {
  if (expression_) {
    return re2::RE2::PartialMatch(re2::StringPiece(shown.data(), shown.size()),
                                  expression_->compiled);
  }
  return literal_.empty() || shown.find(literal_) != std::string_view::npos;
}

}  // namespace dm::logs
