// Hosts, ports and addresses.
// SPDX-License-Identifier: Apache-2.0
#include "input/addresses.h"

#include <algorithm>

#include "input/property_values.h"
#include "input/text_rules.h"

namespace dm::input {

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-").find(c) != std::string_view::npos;
  });
}

bool is_port(std::string_view text) {
  const auto number = parse_integer(text);
  return number && *number >= 1 && *number <= 65535;
}

bool is_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && is_host(text.substr(0, colon)) &&
         is_port(text.substr(colon + 1));
}

bool is_port_range(std::string_view text) {
  const std::size_t hyphen = text.find('-');
  if (hyphen == std::string_view::npos) return is_port(text);
  const std::string_view first = text.substr(0, hyphen);
  const std::string_view last = text.substr(hyphen + 1);
  return is_port(first) && is_port(last) && *parse_integer(first) <= *parse_integer(last);
}

bool is_hdfs_location(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return plain_absolute_path(text);
  const std::size_t root = text.find('/', scheme + 3);
  return single_line(text) && text.find(' ') == std::string_view::npos &&
         root != std::string_view::npos && plain_absolute_path(text.substr(root));
}

bool is_service_url(std::string_view text) {
  const std::size_t scheme = text.starts_with("http://")    ? 7
                             : text.starts_with("https://") ? 8
                                                            : std::string_view::npos;
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = text.substr(scheme);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view host = rest.substr(0, slash);
  return (is_host_and_port(host) || is_host(host)) &&
         rest.substr(slash).find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/") ==
             std::string_view::npos;
}

bool is_supervisor_url(std::string_view text) {
  if (text.starts_with("unix://")) return plain_absolute_path(text.substr(7));
  const bool web = text.starts_with("http://") || text.starts_with("https://");
  // Credentials have settings of their own: an address is shown in messages.
  return web && single_line(text) && text.find_first_of(" @") == std::string_view::npos &&
         text.size() > 8;
}

}  // namespace dm::input
