// What a browser is kept from.
// SPDX-License-Identifier: Apache-2.0
#include "access/origin_rules.h"

#include "access/refused_access.h"
#include "base/names.h"
#include "io/ascii_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace manager {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool contains_any(const std::vector<std::string_view>& values,
                  std::initializer_list<std::string_view> names) {
  return std::any_of(values.begin(), values.end(), [&](std::string_view value) {
    return std::find(names.begin(), names.end(), value) != names.end();
  });
}

bool only_reads(std::string_view method) { return method == "GET" || method == "HEAD"; }

// What a page fetches without asking for leave, images, scripts and frames, carries no Origin. The
// page cannot read the answer, but what happens then tells it whether there is something; and each
// has work done. A browser says so (Fetch Metadata, to addresses that it trusts, as those of this
// machine); others send none of these fields.
bool fetched_by_foreign_page(const http_head& head) {
  const auto sites = head.values("sec-fetch-site");
  if (!contains_any(sites, {"cross-site", "same-site"})) return false;
  // A link that somebody follows, an address that he opens.
  const bool opened = contains_any(head.values("sec-fetch-mode"), {"navigate"}) &&
                      contains_any(head.values("sec-fetch-dest"), {"document"});
  return !opened || !only_reads(head.method);
}

}  // namespace

std::string host_name(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') == std::string_view::npos ? 0 : host.find(']') - 1);
  } else if (std::count(host.begin(), host.end(), ':') == 1) {
    host = host.substr(0, host.find(':'));
  }
  std::string name = dm::io::lower_ascii(host);
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool origin_rules::lists(std::string_view origin, bool reads) const {
  return contains(settings_.allowed_origins, origin) ||
         (reads && contains(settings_.allowed_origins, "*"));
}

bool origin_rules::knows(const http_head& head, std::string_view host) const {
  const std::string name = host_name(host);
  return contains(settings_.listeners.at(head.listener).hosts, name) ||
         contains(settings_.allowed_hosts, name);
}

// The page that this listener serves. Its origin is the address that the browser has asked, so it
// is the Host's, and the Host must be a name of this listener: one that was bent to this address is
// none. Where TLS ends before this program, in a proxy, the browser's own word is needed beside
// that.
bool origin_rules::is_own_page(const http_head& head, std::string_view origin) const {
  const auto hosts = head.values("host");
  if (hosts.size() != 1 || hosts[0].empty() || !knows(head, hosts[0])) return false;
  const auto sites = head.values("sec-fetch-site");
  const bool told = sites.size() == 1 && sites[0] == "same-origin";
  if (!sites.empty() && !told) return false;
  const std::string address = dm::io::lower_ascii(hosts[0]);
  const std::string given = dm::io::lower_ascii(origin);
  if (given == "https://" + address) return head.encrypted || told;
  return given == "http://" + address && !head.encrypted;
}

void origin_rules::check(const http_head& head) const {
  const auto origins = head.values("origin");
  if (origins.size() > 1) throw refused_access(400, "Origin is given more than once");
  if (!origins.empty() && !lists(origins[0], only_reads(head.method)) &&
      !is_own_page(head, origins[0])) {
    throw refused_access(403,
                         fmt::format("pages of {} may not do this: the origin is not listed in "
                                     "access.allowed_origins",
                                     printable(origins[0])));
  }
  if (origins.empty() && fetched_by_foreign_page(head)) {
    throw refused_access(403,
                         "a page of another origin may not fetch this; its scripts may, if the "
                         "origin is listed in access.allowed_origins");
  }
  // Over a unix socket no browser comes, and no name was resolved.
  if (head.peer.is_socket) return;
  const auto hosts = head.values("host");
  if (hosts.empty()) return;
  if (knows(head, hosts[0])) return;
  throw refused_access(421, fmt::format("\"{}\" is no name of this Deployment Manager; list it in "
                                        "access.allowed_hosts if it is",
                                        printable(host_name(hosts[0]))));
}

std::optional<http_response> origin_rules::preflight(const http_head& head) const {
  const auto origins = head.values("origin");
  const auto wanted = head.values("access-control-request-method");
  if (head.method != "OPTIONS" || origins.size() != 1 || wanted.size() != 1) return std::nullopt;
  if (!lists(origins[0], only_reads(wanted[0]))) return std::nullopt;
  http_response response;
  response.status = 204;
  const bool all = lists(origins[0], false);
  response.headers = {
      {"Access-Control-Allow-Methods", all ? "DELETE, GET, HEAD, POST, PUT" : "GET, HEAD"},
      {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
      {"Access-Control-Max-Age", "600"}};
  return response;
}

void origin_rules::add_headers(const http_head& head, http_response& response) const {
  const auto origins = head.values("origin");
  if (origins.size() != 1 || settings_.allowed_origins.empty()) return;
  response.headers.emplace_back("Vary", "Origin");
  const bool asks = head.method == "OPTIONS";
  if (!lists(origins[0], asks || only_reads(head.method))) return;
  // Where a list goes on, where an operation is, and what a line of the log is found by.
  response.headers.emplace_back("Access-Control-Expose-Headers", "Link, Location, X-Request-Id");
  response.headers.emplace_back("Access-Control-Allow-Origin", std::string(origins[0]));
}

}  // namespace manager
