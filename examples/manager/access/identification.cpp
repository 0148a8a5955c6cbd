// From a request's head to who asks.
// SPDX-License-Identifier: Apache-2.0
#include "access/identification.h"

#include "access/refused_access.h"
#include "base/clock.h"
#include "base/names.h"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <vector>

namespace manager {
namespace {

constexpr std::string_view bearer = "bearer ";

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char left, char right) { return left == right || left - 32 == right; });
}

std::string without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

// By any spelling of the parameter's name, since the query is decoded.
std::string named_user(const http_request& request) {
  std::string named;
  int count = 0;
  for (const auto& [name, value] : request.query) {
    if (name != "user.name") continue;
    named = value;
    ++count;
  }
  if (count > 1) throw refused_access(400, "user.name is given more than once");
  return named;
}

}  // namespace

identification::identification(const identity_settings& settings, const authorizer& rules,
                               const token_store& tokens)
    : settings_(settings), rules_(rules), tokens_(tokens) {}

bool identification::from_proxy(const http_head& head) const {
  if (!settings_.listeners.at(head.listener).proxy) return false;
  const std::string who =
      head.peer.is_socket ? fmt::format("uid:{}", head.peer.uid) : head.peer.address;
  const auto& known = settings_.proxy_from;
  return std::find(known.begin(), known.end(), who) != known.end();
}

identification::proven identification::by_token(const http_head& head) const {
  const auto values = head.values("authorization");
  if (values.size() != 1 || !begins_with_word(values[0], bearer)) {
    throw refused_access(401, "Authorization is understood as one \"Bearer <token>\" only");
  }
  if (!settings_.listeners.at(head.listener).token) {
    throw refused_access(401, "this listener takes no tokens");
  }
  const auto found = tokens_.find(without_blanks(values[0].substr(bearer.size())), now_ms());
  if (!found) throw refused_access(401, "the token is unknown or has expired");
  return {found->user, proof::token, found->roles, {}};
}

identification::proven identification::by_proxy(std::string_view name) const {
  const std::string user = without_blanks(name);
  if (!is_account_name(user)) {
    throw refused_access(
        401, fmt::format("the proxy's {} holds no account's name", settings_.proxy_header));
  }
  return {user, proof::proxy_header, role_set::all(), {}};
}

identification::proven identification::by_certificate(const http_head& head) const {
  for (const std::string& name : head.peer.certificate_names) {
    const std::size_t mark = name.find(':');
    if (name.substr(0, mark) != settings_.certificate_name) continue;
    std::string user = name.substr(mark + 1);
    if (!settings_.certificate_users.empty()) {
      const auto known = settings_.certificate_users.find(user);
      if (known == settings_.certificate_users.end()) continue;
      user = known->second;
    }
    if (is_account_name(user)) return {user, proof::certificate, role_set::all(), {}};
  }
  throw refused_access(401, fmt::format("no {} of the client's certificate is a known user",
                                        settings_.certificate_name));
}

identification::proven identification::by_peer(const http_head& head) const {
  const auto name = account_name(head.peer.uid);
  if (!name) {
    throw refused_access(401, fmt::format("uid {} has no account here", head.peer.uid));
  }
  proven result{*name, proof::peer_credentials, role_set::all(), {}};
  // Who could read the registry's file anyway.
  if (head.peer.uid == 0 || head.peer.uid == ::geteuid()) result.always = role_set::all();
  return result;
}

identification::proven identification::prove(const http_head& head) const {
  const listener_access& here = settings_.listeners.at(head.listener);
  if (!settings_.proxy_header.empty()) {
    const auto names = head.values(settings_.proxy_header);
    const bool proxy = from_proxy(head);
    if (names.size() > 1) {
      throw refused_access(400, fmt::format("{} is given more than once", settings_.proxy_header));
    }
    if (!names.empty() && !proxy) {
      throw refused_access(403, fmt::format("{} is believed from the configured proxy only",
                                            settings_.proxy_header));
    }
    if (!names.empty()) return by_proxy(names[0]);
    // Not even as itself: a proxy that forgot the header would act for everybody.
    if (proxy) {
      throw refused_access(401,
                           fmt::format("the proxy names nobody in {}", settings_.proxy_header));
    }
  }
  if (!head.values("authorization").empty()) return by_token(head);
  if (here.certificate && !head.peer.certificate_names.empty()) return by_certificate(head);
  if (here.peer_credentials && head.peer.is_socket) return by_peer(head);
  return {};
}

caller identification::identify(const http_request& request, const http_head& head) const {
  const std::string named = named_user(request);
  const proven who = prove(head);
  caller result;
  result.how = who.how;
  result.user = who.user;
  const auto roles_of = [&](const std::string& user) {
    const auto known = find_account(user);
    result.has_account = known.has_value();
    return rules_.roles_of(user, known);
  };
  if (who.how == proof::none) {
    if (!settings_.listeners.at(head.listener).trust_user_name) return result;
    if (named.empty()) {
      result.roles.add(role::read);
      return result;
    }
    result.how = proof::trusted_name;
    result.user = named;
    result.roles = roles_of(named);
    // The original's order: whether the account exists is asked after the object's state.
    if (!result.has_account) result.roles = {role::read, role::deploy, role::operate};
    result.has_account = true;
    return result;
  }
  result.roles = who.always.empty() ? roles_of(who.user).limited_to(who.most) : who.always;
  // A token without an account is made by who administers, for a dashboard; a proxy or a client's
  // certificate names whoever comes.
  const bool comes = who.how == proof::proxy_header || who.how == proof::certificate;
  if (comes && !result.has_account) {
    throw refused_access(
        403, fmt::format("Failed to find details for user \"{}\"", printable(who.user)), result);
  }
  if (named.empty() || named == who.user) return result;
  if (!result.roles.has(role::administer)) {
    throw refused_access(
        403,
        fmt::format("{} is who asks, by {}; only administrators act for others (user.name "
                    "names \"{}\")",
                    who.user, to_text(who.how), printable(named)),
        result);
  }
  result.by = who.user;
  result.user = named;
  result.roles = roles_of(named);
  if (!result.has_account) {
    throw refused_access(
        403, fmt::format("Failed to find details for user \"{}\"", printable(named)), result);
  }
  return result;
}

}  // namespace manager
