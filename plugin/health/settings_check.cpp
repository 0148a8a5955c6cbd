// What the settings may be.
// SPDX-License-Identifier: Apache-2.0
#include "health/settings_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "flink/hdfs_location.h"
#include "health/shown_text.h"
#include "io/url.h"

namespace dm::health {

namespace {

constexpr std::size_t most_addresses = 16;
constexpr std::size_t longest_metric = 200;

bool plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

bool has_login(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) return false;
  const std::string_view rest = text.substr(mark + 3);
  return rest.substr(0, rest.find_first_of("/?#")).find('@') != std::string_view::npos;
}

// "host", "host:8088", "[::1]:8088".
bool is_authority(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.find(']', colon) == text.npos;
  return parse_host_and_port(has_port ? std::string(text) : std::string(text) + ":80").port != 0;
}

bool is_web_address(std::string_view text) {
  const bool web = text.starts_with("http://") || text.starts_with("https://");
  if (!web || !plain(text) || has_login(text)) return false;
  const std::string_view rest = text.substr(text.find("://") + 3);
  return is_authority(rest.substr(0, rest.find_first_of("/?#")));
}

// Without a path: it is put in front of one.
bool is_origin(std::string_view text) {
  return is_web_address(text) && text.find_first_of("/?#", text.find("://") + 3) == text.npos;
}

bool is_socket(std::string_view text) {
  return text.starts_with("unix:///") && plain(text) && text.size() < 100;
}

bool is_metric(std::string_view text) {
  const bool characters = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  return characters && text.size() <= longest_metric && text.ends_with(".health") &&
         !text.starts_with('.') && text.find("..") == std::string_view::npos;
}

bool is_user(std::string_view text) {
  return plain(text) && text.size() <= 64 && text.find_first_of("/:,") == std::string_view::npos;
}

constexpr const char* no_login =
    "flink-health has no login for this service: let it in from this machine without one";

class checker {
 public:
  problem_list problems;

  void require(bool good, const std::string& path, std::string_view found, const char* allowed) {
    if (!good) problems.push_back({path, shown(io::printable_url(found), 120), allowed});
  }
  // `instead`: where a login belongs, or that there is none.
  void address(bool good, const std::string& path, std::string_view found, const char* allowed,
               const char* instead) {
    if (!has_login(found)) return require(good, path, found, allowed);
    problems.push_back(
        {path, shown(io::printable_url(found), 120) + " with a login",
         fmt::format("{} without user and password, since addresses are shown in messages and "
                     "arguments can be read by everybody on the machine; {}",
                     allowed, instead)});
  }
  void between(std::int64_t value, const char* path, std::int64_t least, std::int64_t most,
               const char* unit) {
    if (value >= least && value <= most) return;
    problems.push_back(
        {path, fmt::to_string(value), fmt::format("{} to {} {}", least, most, unit)});
  }
  void origins(const std::vector<std::string>& addresses, const char* path) {
    if (addresses.size() > most_addresses)
      problems.push_back({path, fmt::format("{} addresses", addresses.size()),
                          fmt::format("at most {}", most_addresses)});
    for (std::size_t i = 0; i < std::min(addresses.size(), most_addresses); ++i)
      address(is_origin(addresses[i]), fmt::format("{}[{}]", path, i), addresses[i],
              "http://host:port or https://host:port", no_login);
    if (addresses.size() > most_addresses) return;
    for (auto one = addresses.begin(); one != addresses.end(); ++one) {
      if (std::find(addresses.begin(), one, *one) != one)
        require(false, path, *one, "each address once");
    }
  }
};

void check_archives(checker& check, const settings& given) {
  if (given.archives.size() > most_addresses)
    check.require(false, "$.archives", fmt::to_string(given.archives.size()), "at most 16");
  for (std::size_t i = 0; i < std::min(given.archives.size(), most_addresses); ++i) {
    const std::string path = fmt::format("$.archives[{}]", i);
    const archive_place place = parse_archive(given.archives[i]);
    check.require(!place.path.empty(), path, given.archives[i],
                  "hdfs:///path, or file:///path of this machine");
    check.require(place.path.empty() || place.local || !given.name_nodes.empty(), path,
                  given.archives[i],
                  "with name_nodes (--name-node), which are asked for what is in it");
  }
}

void check_limits(checker& check, const limits& limit) {
  check.between(limit.probe.count(), "$.limits.probe_ms", probe_range.least, probe_range.most,
                "ms");
  check.between(limit.run.count(), "$.limits.run_ms", run_range.least, run_range.most, "ms");
  check.between(limit.latency.count(), "$.limits.latency_ms", latency_range.least,
                latency_range.most, "ms");
  check.between(limit.figures_age_s, "$.limits.figures_age_s", 1, 86'400, "s");
  check.between(limit.checkpoint_age_s, "$.limits.checkpoint_age_s", checkpoint_age_range.least,
                checkpoint_age_range.most, "s");
  for (const auto& [name, seconds] : limit.checkpoint_age_of) {
    const std::string path = "$.limits.checkpoint_age_of." + shown(name, 80);
    check.require(name.find('/') != std::string::npos, path, name, "<application>/<component>");
    check.between(seconds, path.c_str(), checkpoint_age_range.least, checkpoint_age_range.most,
                  "s");
  }
}

}  // namespace

host_and_port parse_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  const bool name = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
  const bool address =
      bracketed && host.size() > 4 &&
      host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == host.npos;
  int port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!(name || address) || code != std::errc() || end != digits.data() + digits.size() ||
      port < 1 || port > 65'535)
    return {};
  return {std::string(host), static_cast<std::uint16_t>(port)};
}

archive_place parse_archive(std::string_view text) {
  if (text.starts_with("file:///")) {
    const bool good = plain(text) && text.find("/../") == text.npos && !text.ends_with("/..");
    return good ? archive_place{std::string(text.substr(7)), true} : archive_place{};
  }
  const auto location = flink::parse_hdfs_location(text);
  return location ? archive_place{location->path, false} : archive_place{};
}

problem_list check_settings(const settings& given) {
  checker check;
  check.require(is_metric(given.metric), "$.metric", given.metric,
                "a name of letters, digits, _ - and . that ends in .health");
  check.require(is_user(given.user), "$.user", given.user, "the name of an account");
  check.origins(given.history_servers, "$.history_servers");
  check_archives(check, given);
  check.origins(given.resource_managers, "$.resource_managers");
  check.origins(given.name_nodes, "$.name_nodes");
  check.address(given.supervisord.empty() || is_socket(given.supervisord) ||
                    is_web_address(given.supervisord),
                "$.supervisord.url", given.supervisord,
                "unix:///path of a socket, or http://host:port/RPC2",
                "--supervisord-user and --supervisord-password-file (supervisord.user, "
                "password_file) are for that");
  check.require(given.supervisord_user.empty() || !given.supervisord_password_file.empty(),
                "$.supervisord.user", given.supervisord_user,
                "with --supervisord-password-file (supervisord.password_file), or none");
  check.address(given.deployment_manager.empty() || is_socket(given.deployment_manager) ||
                    is_origin(given.deployment_manager),
                "$.deployment_manager.url", given.deployment_manager,
                "unix:///path of a socket, http://host:port or https://host:port",
                "--token-file (deployment_manager.token_file) is for that");
  check.address(given.post.empty() || is_web_address(given.post), "$.post", given.post,
                "http://host:port/metrics", no_login);
  check.require(given.graphite.empty() || parse_host_and_port(given.graphite).port != 0,
                "$.graphite", given.graphite, "host:port");
  check_limits(check, given.limit);
  if (given.looks_at_nothing())
    check.require(false, "$", "nothing to look at",
                  "at least one of --history-server, --archive, --resource-manager, --name-node, "
                  "--supervisord, --deployment-manager, or of history_servers, archives, "
                  "resource_managers, name_nodes, supervisord, deployment_manager in the file");
  return std::move(check.problems);
}

}  // namespace dm::health
