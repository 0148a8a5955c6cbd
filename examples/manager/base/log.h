// The Deployment Manager's log: one event a line in logfmt, time="…" level=INFO event=accepted
// user=ada, to a file or to the standard error stream. Lines never hold secrets: callers pass
// names, states and error texts, not property values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace manager::log {

/// The numbers are those of dm_log_level in dm_plugin.h, so that a plugin's level needs no table.
enum class level { trace = 0, debug = 1, info = 2, warning = 3, error = 4, off = 5 };

/// What is below is dropped. [any-thread]
void set_threshold(level lowest);
level threshold();

/// From now on into this file, which is made with mode 0640 and appended to. Throws
/// std::system_error with the path. Without it lines go to the standard error stream; where that is
/// the journal's (JOURNAL_STREAM), they carry a priority instead of time and level. [main-thread]
void open(const std::filesystem::path& file);
/// Opens the file anew, under its name: what rotated it away keeps the old lines. Goes on with the
/// old one, and says so, where that fails. Nothing without a file. [any-thread]
void reopen();

/// A value as logfmt has it: as it is, or in quotes where it is empty or holds blanks, quotes, '='
/// or control characters, which are escaped.
std::string logfmt_value(std::string_view value);

/// While it lives, every line of this thread ends in request=<id>.
class request_scope {
 public:
  explicit request_scope(std::string id);
  ~request_scope();
  request_scope(const request_scope&) = delete;
  request_scope& operator=(const request_scope&) = delete;

 private:
  std::string before_;
};

/// Writes one line in one write(2). `fields` are "key=value key=value"; what is no character there
/// is shown escaped, so that nothing from outside can forge a line. [any-thread]
void write(level at, std::string_view fields);

/// `text`: the fields with {} for values, "event=accepted user={}"; each value is quoted where need
/// be. No other formatting than {}. [any-thread]
template <typename... Arguments>
void line(level at, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (at < threshold()) return;
  const auto values = std::make_tuple(logfmt_value(fmt::format("{}", arguments))...);
  write(at, std::apply(
                [&text](const auto&... value) {
                  return fmt::vformat(fmt::string_view(text), fmt::make_format_args(value...));
                },
                values));
}

template <typename... Arguments>
void debug(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  line(level::debug, text, std::forward<Arguments>(arguments)...);
}

template <typename... Arguments>
void info(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  line(level::info, text, std::forward<Arguments>(arguments)...);
}

template <typename... Arguments>
void warning(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  line(level::warning, text, std::forward<Arguments>(arguments)...);
}

template <typename... Arguments>
void error(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  line(level::error, text, std::forward<Arguments>(arguments)...);
}

}  // namespace manager::log
