// /applications/<application>/logs: which logs there are, pieces of one, and following it.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

namespace manager {
namespace {

constexpr std::size_t longest_text = 500;
constexpr std::int64_t most_lines = 1'000'000;
constexpr std::int64_t most_bytes = 1 << 20;
constexpr std::int64_t default_tail = 200;

// A time, or how long ago: "90s", "10m", "2h", "1d"; as the plugins take it.
std::optional<std::string> since_of(std::string_view given) {
  if (const auto at = from_rfc3339(given)) return to_rfc3339(std::max<std::int64_t>(0, *at));
  std::int64_t count = 0;
  const char* const end = given.data() + given.size();
  const auto [stop, code] = std::from_chars(given.data(), end, count);
  const std::string_view units = "smhd";
  const std::size_t unit = stop + 1 == end ? units.find(*stop) : std::string_view::npos;
  constexpr std::int64_t most = 100'000'000;
  if (code != std::errc() || unit == std::string_view::npos || count < 0 || count > most) {
    return std::nullopt;
  }
  constexpr std::int64_t seconds[] = {1, 60, 3600, 86'400};
  return to_rfc3339(std::max<std::int64_t>(0, now_ms() - count * seconds[unit] * 1000));
}

std::string read_since(query_reader& query) {
  const std::string given =
      query.text("since", "a time such as 2026-01-31T23:59:59Z, or how long ago: 90s, 10m, 2h, 1d",
                 [](std::string_view written) { return since_of(written).has_value(); });
  return given.empty() ? std::string() : *since_of(given);
}

http_response list(const route_tools& tools, const http_request& request) {
  const caller& who = request.required_caller();
  query_reader query(request, {"component", "incarnations"});
  const std::string component = query.component();
  const std::int64_t incarnations = query.number("incarnations", 1, 20).value_or(3);
  query.check();
  return http_response::of(
      tools.logs.list(request.parameter("application"), component, incarnations, who));
}

http_response read(const route_tools& tools, const http_request& request) {
  const caller& who = request.required_caller();
  query_reader query(request, {"component", "offset", "tail", "since", "grep", "bytes", "follow"});
  log_question question;
  question.source = request.parameter("source");
  const std::string component = query.component();
  question.offset = query.number("offset", 0, std::numeric_limits<std::int64_t>::max() >> 3);
  const auto tail = query.number("tail", 1, most_lines);
  if (tail && question.offset) {
    query.refuse(
        {"tail", fmt::format("{}", *tail), "one of tail and offset", "an offset is given, too"});
  }
  question.tail = tail.value_or(question.offset ? 0 : default_tail);
  question.since = read_since(query);
  question.grep = query.text("grep", fmt::format("at most {} bytes", longest_text),
                             [](std::string_view given) { return given.size() <= longest_text; });
  question.bytes = query.number("bytes", 1, most_bytes).value_or(0);
  const bool follow = query.flag("follow", false);
  query.check();
  const std::string& application = request.parameter("application");
  if (!follow) return http_response::of(tools.logs.read(application, component, question, who));
  http_response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "retry: 2000\n\n";
  response.heartbeat = ":\n\n";
  response.stream = tools.logs.follow(application, component, question, who);
  return response;
}

}  // namespace

void add_log_routes(router& routes, const route_tools& tools) {
  const route_options asks_plugins{.lane = route_lane::outside};
  const std::string all = "/applications/{application}/logs";
  routes.add(
      "GET", all, [&tools](const http_request& request) { return list(tools, request); },
      asks_plugins);
  routes.add(
      "GET", all + "/{source}",
      [&tools](const http_request& request) { return read(tools, request); }, asks_plugins);
}

}  // namespace manager
