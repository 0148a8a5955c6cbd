// Lets requests in.
// SPDX-License-Identifier: Apache-2.0
#include "access/access_gate.h"

#include "access/account.h"
#include "access/refused_access.h"
#include "base/json.h"
#include "base/log.h"
#include "base/names.h"
#include "http/error_body.h"
#include "io/ascii_case.h"
#include "metrics/counted.h"
#include "operation/operation_id.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace manager {
namespace {

std::string media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  return dm::io::lower_ascii(value);
}

// A page of another origin can send forms and plain text without asking first; JSON it cannot.
void check_content_type(const http_head& head, const router::route& match) {
  if (!head.has_body) return;
  const auto types = head.values("content-type");
  const std::string type = types.size() == 1 ? media_type(types[0]) : "";
  if (match.streams) {
    if (type != "multipart/form-data") return;
    throw refused_access(415, "send the content itself as the body, not a form");
  }
  if (type == "application/json") return;
  throw refused_access(
      415,
      "the body's Content-Type must be application/json (curl: --json, or -H 'Content-Type: "
      "application/json')");
}

std::string new_request_id() { return make_operation_id().substr(0, 16); }

void name(http_request& request, caller who, const http_head& head) {
  who.from = head.peer.shown;
  who.request_id = request.who.request_id;
  request.who = std::move(who);
}

std::string in_quotes(std::string_view text, std::size_t most = 200) {
  return json::quote(printable(text, most));
}

// Of a refusal that says nothing of what was in the body.
std::string reason_of(const http_response& response) {
  if (response.status == 400 || response.status < 400) return {};
  std::string ignored;
  const auto body = json::parse(response.body, ignored);
  if (!body) return {};
  const std::string_view state = json::text_of(*body, "status");
  const std::string_view text = json::text_of(*body, "information");
  return (state.empty() ? std::string() : " state=" + in_quotes(state)) +
         (text.empty() ? std::string() : " information=" + in_quotes(text, 400));
}

}  // namespace

access_gate::access_gate(const identity_settings& settings, const authorizer& rules,
                         const token_store& tokens)
    : settings_(settings),
      rules_(rules),
      identification_(settings, rules, tokens),
      origins_(settings) {}

bool access_gate::is_open(const http_request& request, const http_head& head,
                          const router::route* match) const {
  if (match == nullptr) return false;
  if (match->open) return true;
  // What a browser sends by itself, a certificate or what a proxy says, is asked for as everywhere.
  return match->before_token != nullptr && settings_.listeners.at(head.listener).token &&
         match->before_token(request);
}

void access_gate::check(http_request& request, const http_head& head,
                        const router::route* match) const {
  origins_.check(head);
  const bool open = is_open(request, head, match);
  caller who;
  try {
    who = identification_.identify(request, head);
  } catch (const refused_access& why) {
    name(request, why.who(), head);
    if (!open) throw;
  }
  const bool nobody = who.how == proof::none && who.roles.empty();
  name(request, std::move(who), head);
  if (open) return;
  if (nobody) {
    throw refused_access(401, "who asks? this listener needs a credential");
  }
  const role needed = match == nullptr ? role::read : match->needed;
  // Whoever is not named at all is told so by the route itself.
  const bool anonymous = request.who.how == proof::none;
  if (!anonymous && !request.who.roles.has(needed)) {
    const bool by_token =
        request.who.how == proof::token && request.who.by.empty() &&
        rules_.roles_of(request.who.user, find_account(request.who.user)).has(needed);
    throw refused_access(
        403, fmt::format("{}{} does not have the role \"{}\" that {} {} needs{}",
                         by_token ? "the token of " : "", request.who.user, to_text(needed),
                         head.method, printable(head.target.substr(0, head.target.find('?'))),
                         by_token ? ": it is limited to less than its user may" : ""));
  }
  if (match != nullptr) check_content_type(head, *match);
}

std::optional<http_response> access_gate::admit(http_request& request, const http_head& head,
                                                const router::route* match) {
  request.who.from = head.peer.shown;
  request.who.request_id = new_request_id();
  if (auto answer = origins_.preflight(head)) return answer;
  try {
    check(request, head, match);
    return std::nullopt;
  } catch (const refused_access& why) {
    http_response response = refusal(why.status(), why.what());
    if (why.status() == 401 && settings_.listeners.at(head.listener).token) {
      response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"deployment-manager\"");
    }
    return response;
  }
}

void access_gate::finish(const http_request& request, const http_head& head,
                         http_response& response, std::chrono::milliseconds took) {
  metrics::request_answered(request.method, request.route, response.status, took);
  origins_.add_headers(head, response);
  const caller& who = request.who;
  // What was refused before it came to the gate has none yet.
  const std::string id = who.request_id.empty() ? new_request_id() : who.request_id;
  response.headers.emplace_back("X-Request-Id", id);
  const bool writes = head.method != "GET" && head.method != "HEAD" && head.method != "OPTIONS";
  const bool refused = response.status >= 400 && response.status != 404;
  if (log::threshold() > ((writes || refused) ? log::level::info : log::level::debug)) return;
  const std::string line = fmt::format(
      "event=request request={} user={} by={} proof={} from={} method={} path={} status={} ms={}{}",
      id, in_quotes(who.user), in_quotes(who.by), to_text(who.how), in_quotes(head.peer.shown),
      in_quotes(head.method, 20), in_quotes(head.target.substr(0, head.target.find('?'))),
      response.status, took.count(), reason_of(response));
  log::write((writes || refused) ? log::level::info : log::level::debug, line);
}

}  // namespace manager
