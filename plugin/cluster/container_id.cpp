// The id of a YARN container.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/container_id.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace dm::cluster {

namespace {

constexpr std::size_t longest_id = 100;

bool is_number(std::string_view part) {
  constexpr std::size_t longest = 18;
  return !part.empty() && part.size() <= longest &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t number_of(std::string_view part) {
  std::uint64_t number = 0;
  std::from_chars(part.data(), part.data() + part.size(), number);
  return number;
}

}  // namespace

std::optional<container_id> parse_container_id(std::string_view text) {
  constexpr std::string_view prefix = "container_";
  if (!text.starts_with(prefix) || text.size() > longest_id) return std::nullopt;
  text.remove_prefix(prefix.size());
  if (text.starts_with('e')) {
    const std::size_t end = text.find('_');
    if (end == std::string_view::npos || !is_number(text.substr(1, end - 1))) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('_', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  constexpr std::size_t expected = 4;  // time, application, attempt, container
  if (parts.size() != expected || !std::all_of(parts.begin(), parts.end(), is_number))
    return std::nullopt;
  container_id id;
  id.application = fmt::format("application_{}_{}", parts[0], parts[1]);
  id.attempt = fmt::format("appattempt_{}_{}_{:06}", parts[0], parts[1], number_of(parts[2]));
  id.number = number_of(parts[3]);
  return id;
}

}  // namespace dm::cluster
