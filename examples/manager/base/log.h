// The Deployment Manager's log: one line an event on the standard error stream, with time and
// level. Lines never hold secrets: callers pass names, states and error texts, not property values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace manager::log {

/// The numbers are those of dm_log_level in dm_plugin.h, so that a plugin's level needs no table.
enum class level { trace = 0, debug = 1, info = 2, warning = 3, error = 4, off = 5 };

/// What is below is dropped. [any-thread]
void set_threshold(level lowest);
level threshold();

/// Writes one line in one write(2). Control characters are shown escaped, so that text from outside
/// cannot forge a line. [any-thread]
void write(level at, std::string_view message);

template <typename... Arguments>
void debug(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (threshold() <= level::debug) {
    write(level::debug, fmt::format(text, std::forward<Arguments>(arguments)...));
  }
}

template <typename... Arguments>
void info(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (threshold() <= level::info) {
    write(level::info, fmt::format(text, std::forward<Arguments>(arguments)...));
  }
}

template <typename... Arguments>
void warning(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (threshold() <= level::warning) {
    write(level::warning, fmt::format(text, std::forward<Arguments>(arguments)...));
  }
}

template <typename... Arguments>
void error(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (threshold() <= level::error) {
    write(level::error, fmt::format(text, std::forward<Arguments>(arguments)...));
  }
}

}  // namespace manager::log
