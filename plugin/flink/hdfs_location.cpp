// Reads HDFS URIs.
// SPDX-License-Identifier: Apache-2.0
#include "flink/hdfs_location.h"

#include <algorithm>

#include "io/ascii_case.h"

namespace dm::flink {

namespace {

// "nn1:8020" -> "nn1", "[::1]:8020" -> "[::1]".
std::string_view host_of(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos)
    return authority;
  return authority.substr(0, colon);
}

}  // namespace

std::optional<hdfs_location> parse_hdfs_location(std::string_view uri) {
  constexpr std::string_view scheme = "hdfs:";
  hdfs_location location;
  if (io::lower_ascii(uri.substr(0, scheme.size())) == scheme) {
    uri.remove_prefix(scheme.size());
    if (uri.starts_with("//")) {
      const std::size_t slash = uri.find('/', 2);
      if (slash == std::string_view::npos) return std::nullopt;
      location.authority = uri.substr(2, slash - 2);
      uri.remove_prefix(slash);
    }
  }
  if (!uri.starts_with('/')) return std::nullopt;
  while (!uri.empty()) {
    uri.remove_prefix(1);  // the slash
    const std::size_t length = std::min(uri.find('/'), uri.size());
    const std::string_view part = uri.substr(0, length);
    uri.remove_prefix(length);
    if (part.empty()) continue;
    // Whoever compares paths by their beginning must not be led elsewhere.
    if (part == "." || part == "..") return std::nullopt;
    location.path += '/';
    location.path += part;
  }
  if (location.path.empty()) return std::nullopt;
  return location;
}

own_hdfs::own_hdfs(const std::vector<std::string>& web_addresses) {
  for (const std::string& address : web_addresses) {
    std::string_view rest = address;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos)
      rest.remove_prefix(scheme + 3);
    hosts_.insert(io::lower_ascii(host_of(rest.substr(0, rest.find('/')))));
  }
}

void own_hdfs::learn(std::string_view uri, std::string_view directory) {
  const auto location = parse_hdfs_location(uri);
  if (!location || location->authority.empty()) return;
  const bool below = location->path == directory || (location->path.starts_with(directory) &&
                                                     location->path.size() > directory.size() &&
                                                     location->path[directory.size()] == '/');
  if (below) authorities_.insert(io::lower_ascii(location->authority));
}

bool own_hdfs::owns(const hdfs_location& location) const {
  if (location.authority.empty()) return true;
  const std::string authority = io::lower_ascii(location.authority);
  return authorities_.contains(authority) || hosts_.contains(host_of(authority));
}

}  // namespace dm::flink
