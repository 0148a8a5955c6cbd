// The configuration's `access`.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/access_configuration.h"

#include "access/secrets.h"
#include "access/tokens.h"
#include "base/names.h"
#include "configuration/configuration_path.h"
#include "io/ascii_case.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <algorithm>
#include <array>
#include <exception>

namespace manager {
namespace {

bool is_uid(std::string_view entry) {
  return entry.starts_with("uid:") && entry.size() > 4 && entry.size() < 15 &&
         entry.substr(4).find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return ::inet_pton(AF_INET, text.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), ignored.data()) == 1;
}

// 127.0.0.0/8 and ::1, in whichever spelling.
bool is_loopback_address(const std::string& text) {
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  if (::inet_pton(AF_INET6, text.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

// As getnameinfo writes them, which is how http_peer::address is written, too.
std::vector<std::string> own_addresses() {
  std::vector<std::string> found;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return found;
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const int family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    std::array<char, NI_MAXHOST> name{};
    const socklen_t size = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (::getnameinfo(one->ifa_addr, size, name.data(), name.size(), nullptr, 0, NI_NUMERICHOST) ==
        0) {
      found.emplace_back(name.data());
    }
  }
  ::freeifaddrs(first);
  return found;
}

constexpr const char* of_this_machine =
    "every account of this machine can come from there, and would be believed; a proxy on this "
    "machine takes the unix socket (listen.socket.authentication)";

std::vector<std::string> read_entries(configuration_reader& from, std::string_view name,
                                      std::vector<std::string> otherwise, bool everyone) {
  auto entries = from.texts(name, std::move(otherwise));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string& entry = entries[i];
    const bool group = entry.starts_with("group:") && is_account_name(entry.substr(6));
    if (is_uid(entry) || group || is_account_name(entry) || (everyone && entry == "*")) continue;
    from.problem_at(fmt::format("{}[{}]", name, i), json::quote(printable(entry)),
                    everyone ? "an account name, uid:<number>, group:<name> or *"
                             : "an account name, uid:<number> or group:<name>",
                    "");
  }
  return entries;
}

bool any_listener(const configuration& settings, bool listener_access::*way) {
  return std::any_of(settings.identity.listeners.begin(), settings.identity.listeners.end(),
                     [&](const listener_access& one) { return one.*way; });
}

void read_proxy(configuration_reader from, configuration& into) {
  identity_settings& identity = into.identity;
  identity.proxy_header = dm::io::lower_ascii(std::string_view(from.text("header", "")));
  identity.proxy_from = from.texts("from", {});
  for (std::size_t i = 0; i < identity.proxy_from.size(); ++i) {
    const std::string& entry = identity.proxy_from[i];
    const bool loopback = is_loopback_address(entry);
    if (is_uid(entry) || (is_ip_address(entry) && !loopback)) continue;
    from.problem_at(fmt::format("from[{}]", i), json::quote(printable(entry)),
                    "the IP address of another machine, or uid:<number> of the proxy on the socket",
                    loopback ? of_this_machine : "");
  }
  const std::string& header = identity.proxy_header;
  const bool name =
      header.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!name || header == "authorization" || header == "host" || header == "cookie") {
    from.problem_at("header", json::quote(printable(header)),
                    "a header's name of its own, X-Remote-User for instance", "");
  }
  const bool used = any_listener(into, &listener_access::proxy);
  if (used && (header.empty() || identity.proxy_from.empty())) {
    from.problem_at(header.empty() ? "header" : "from", "nothing",
                    "which header names the user, and whose is believed",
                    "is required, since a listener's authentication has proxy");
  }
  from.finish();
}

}  // namespace

void read_access(configuration_reader from, const std::filesystem::path& base,
                 configuration& into) {
  identity_settings& identity = into.identity;
  identity.token_file = absolute_path(from.text("token_file", ""), base);
  if (identity.token_file.empty() && any_listener(into, &listener_access::token)) {
    from.problem_at("token_file", "nothing", "a file that \"deployment-manager token create\" made",
                    "is required, since a listener's authentication has token");
  }
  read_proxy(from.child("proxy"), into);
  identity.certificate_name = from.one_of("certificate_name", "CN", {"CN", "DNS", "EMAIL", "URI"});
  if (const json::value* users = from.object("certificate_users", false)) {
    for (const auto& member : users->GetObject()) {
      const std::string name(json::view(member.name));
      const std::string user(member.value.IsString() ? json::view(member.value) : "");
      if (!is_account_name(user)) {
        from.problem_at("certificate_users." + printable(name), shown_value("", member.value),
                        "an account's name", "");
      }
      identity.certificate_users[name] = user;
    }
  }
  identity.allowed_origins = from.texts("allowed_origins", {});
  for (std::size_t i = 0; i < identity.allowed_origins.size(); ++i) {
    const std::string& origin = identity.allowed_origins[i];
    const std::size_t scheme = origin.find("://");
    const bool good = scheme != std::string::npos && scheme + 3 < origin.size() &&
                      origin.find('/', scheme + 3) == std::string::npos;
    if (good || origin == "*") continue;
    from.problem_at(fmt::format("allowed_origins[{}]", i), json::quote(shown_value("", origin)),
                    "<scheme>://<host>[:<port>] without a path, or * for reads", "");
  }
  identity.allowed_hosts = from.texts("allowed_hosts", {});
  access_rules& rules = into.access;
  rules.administrators = read_entries(from, "administrators", {}, false);
  configuration_reader roles = from.child("roles");
  rules.readers = read_entries(roles, "read", rules.readers, true);
  rules.deployers = read_entries(roles, "deploy", rules.deployers, true);
  rules.operators = read_entries(roles, "operate", rules.operators, true);
  roles.finish();
  rules.shared_groups = from.texts("shared_groups", {});
  from.finish();
}

void read_accounts(configuration_reader& root, configuration& into) {
  access_rules& rules = into.access;
  rules.admin_group = root.text("admin_group", rules.admin_group);
  rules.refused_users = read_entries(root, "refused_users", rules.refused_users, false);
  rules.minimum_uid = static_cast<uid_t>(
      root.integer("minimum_uid", static_cast<std::int64_t>(rules.minimum_uid), 0, 4294967294));
}

void check_access(const configuration& checked, std::vector<problem>& problems) {
  const std::vector<std::string> own = own_addresses();
  for (const std::string& address : checked.identity.proxy_from) {
    if (std::find(own.begin(), own.end(), address) == own.end()) continue;
    problems.push_back({"$.access.proxy.from", address, "", of_this_machine});
  }
  if (checked.identity.token_file.empty()) return;
  try {
    read_tokens(checked.identity.token_file);
  } catch (const std::exception& problem) {
    problems.push_back({"$.access.token_file", "", "", problem.what()});
  }
}

}  // namespace manager
