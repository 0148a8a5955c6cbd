// Prometheus' text format.
// SPDX-License-Identifier: Apache-2.0
#include "health/prometheus_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace dm::health {

namespace {

constexpr std::size_t most_labels = 32;

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':';
}

std::string_view take_name(std::string_view& line) {
  const auto end =
      static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), in_name) - line.begin());
  const std::string_view name = line.substr(0, end);
  line.remove_prefix(end);
  return name;
}

// A quoted value, whose backslashes stand before a backslash, a quote, or n for a line break.
std::optional<std::string> take_quoted(std::string_view& line) {
  if (!line.starts_with('"')) return std::nullopt;
  std::string value;
  for (std::size_t at = 1; at < line.size(); ++at) {
    if (line[at] == '"') {
      line.remove_prefix(at + 1);
      return value;
    }
    if (line[at] == '\\' && ++at < line.size()) {
      value += line[at] == 'n' ? '\n' : line[at];
    } else if (at < line.size()) {
      value += line[at];
    }
  }
  return std::nullopt;
}

bool take_labels(std::string_view& line, sample& into) {
  if (!line.starts_with('{')) return true;
  line.remove_prefix(1);
  while (!line.starts_with('}')) {
    const std::string name(take_name(line));
    if (name.empty() || !line.starts_with('=') || into.labels.size() == most_labels) return false;
    line.remove_prefix(1);
    auto value = take_quoted(line);
    if (!value) return false;
    into.labels.insert_or_assign(name, std::move(*value));
    if (line.starts_with(',')) {
      line.remove_prefix(1);
    } else if (!line.starts_with('}')) {
      return false;
    }
  }
  line.remove_prefix(1);
  return true;
}

bool take_value(std::string_view line, double& into) {
  if (!line.starts_with(' ')) return false;
  const std::string text(line.substr(1, line.find(' ', 1) - 1));
  char* end = nullptr;
  into = std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size();
}

}  // namespace

std::string_view sample::label(std::string_view of) const {
  const auto found = labels.find(of);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

result<void> read_samples(std::string_view text, std::string_view prefix,
                          const std::function<void(const sample&)>& take) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    sample one;
    one.name = take_name(line);
    if (!one.name.empty() && !one.name.starts_with(prefix)) continue;
    if (one.name.empty() || !take_labels(line, one) || !take_value(line, one.value))
      return fail(status_code::invalid_argument,
                  fmt::format("line {} is no sample of Prometheus' text format", number));
    take(one);
  }
  return {};
}

}  // namespace dm::health
