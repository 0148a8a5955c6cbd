// The Deployment Manager, as commands use it.
// SPDX-License-Identifier: Apache-2.0
#include "client/server.h"

#include "client/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace dmctl {
namespace {

constexpr std::string_view operations = "/operations/";
constexpr std::chrono::milliseconds longest_plan{300'000};

// <…?limit=2&after=b>; rel="next"
std::string after_of(std::string_view link) {
  const std::size_t end = link.find('>');
  if (end == std::string_view::npos || link.find("next", end) == std::string_view::npos) return {};
  link = link.substr(0, end);
  for (const std::string_view mark : {"&after=", "?after="}) {
    const std::size_t begin = link.find(mark);
    if (begin == std::string_view::npos) continue;
    const std::string_view value = link.substr(begin + mark.size());
    return percent_decoded(value.substr(0, value.find('&')));
  }
  return {};
}

bool is_operation_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string server::with_user(const std::string& target) const {
  if (user_.empty()) return target;
  const char mark = target.find('?') == std::string::npos ? '?' : '&';
  return fmt::format("{}{}user.name={}", target, mark, percent_encoded(user_));
}

answer server::ask(const request& what) {
  try {
    return wire_.ask(what);
  } catch (no_answer& silent) {
    if (!silent.sent) {
      silent.add_note(
          "is the Deployment Manager running, and is this its address? dmctl show "
          "context says where dmctl asks, and why there");
    }
    throw;
  }
}

server::reply server::to_reply(answer told) const {
  reply result;
  result.status = told.status;
  if (const auto at = told.location.find(operations); at != std::string::npos) {
    const std::string id = told.location.substr(at + operations.size());
    if (is_operation_id(id)) result.operation = id;
  }
  result.next = after_of(told.link);
  if (told.body.find_first_not_of(" \t\r\n") == std::string::npos) return result;
  std::string why;
  auto parsed = json::parse(told.body, why);
  if (!parsed) {
    problem strange(exit_code::unreachable,
                    fmt::format("{} does not answer as a Deployment Manager does: it is not JSON: "
                                "{}",
                                harmless(shown_address(where())), why));
    strange.add_note("it begins: " +
                     cut(harmless(std::string_view(told.body).substr(0, 400)), 200));
    throw strange;
  }
  result.body = std::move(*parsed);
  return result;
}

server::reply server::get_page(const std::string& target) {
  request what;
  what.target = with_user(target);
  what.longest = longest_;
  answer told = ask(what);
  if (told.status < 200 || told.status > 299) throw problem::of_answer(told.status, told.body);
  reply result = to_reply(std::move(told));
  if (!result.body.IsObject() && !result.body.IsArray()) {
    throw problem(exit_code::unreachable, "the answer is neither an object nor a list");
  }
  return result;
}

json::document server::get(const std::string& target) { return get_page(target).body; }

server::reply server::look(const std::string& target) {
  request what;
  what.target = with_user(target);
  what.longest = longest_;
  answer told = ask(what);
  if (told.status != 200 && told.status != 503) {
    throw problem::of_answer(told.status, told.body);
  }
  return to_reply(std::move(told));
}

server::reply server::send(const request& what, const std::string& how_to_find_out) {
  answer told;
  try {
    told = ask(what);
  } catch (no_answer& lost) {
    if (lost.sent) {
      lost.add_note(
          "the request was sent, its answer was lost: whether it has been accepted is "
          "not known, and it is not sent again");
      lost.add_note(how_to_find_out);
    }
    throw;
  } catch (interrupted& stopped) {
    if (stopped.sent) {
      stopped.add_note("the request was sent: whether it has been accepted is not known");
      stopped.add_note(how_to_find_out);
    }
    throw;
  }
  if (told.status < 200 || told.status > 299) throw problem::of_answer(told.status, told.body);
  try {
    return to_reply(std::move(told));
  } catch (problem& strange) {
    strange.add_note(how_to_find_out);
    throw;
  }
}

server::reply server::write(const std::string& method, const std::string& target,
                            const std::string& body, const std::string& how_to_find_out) {
  request what;
  what.method = method;
  what.target = with_user(target);
  what.body = body;
  what.longest = longest_;
  return send(what, how_to_find_out);
}

json::document server::ask_with_body(const std::string& target, const std::string& body) {
  request what;
  what.method = "POST";
  what.target = with_user(target);
  what.body = body;
  what.longest = std::max(longest_, longest_plan);
  answer told = ask(what);
  if (told.status < 200 || told.status > 299) throw problem::of_answer(told.status, told.body);
  return to_reply(std::move(told)).body;
}

server::reply server::upload(const std::string& target, std::FILE* file, std::uint64_t bytes,
                             const std::function<void(std::uint64_t)>& tick,
                             const std::string& how_to_find_out) {
  request what;
  what.method = "PUT";
  what.target = with_user(target);
  what.file = file;
  what.file_bytes = bytes;
  what.longest = longest_;
  what.tick = tick;
  return send(what, how_to_find_out);
}

void server::follow(const std::string& target, const std::function<bool(std::string_view)>& receive,
                    const std::function<bool()>& enough) {
  request what;
  what.target = with_user(target);
  what.longest = longest_;  // a line ":" comes more often
  what.receive = receive;
  what.enough = enough;
  const answer told = ask(what);
  if (told.status != 200 && !told.cut) throw problem::of_answer(told.status, told.body);
}

}  // namespace dmctl
