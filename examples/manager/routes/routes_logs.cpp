// /applications/<application>/logs: which logs there are, pieces of one, and following it.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/names.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace manager {
namespace {

constexpr std::size_t longest_text = 500;
constexpr std::int64_t most_lines = 1'000'000;
constexpr std::int64_t most_bytes = 1 << 20;
constexpr std::int64_t default_tail = 200;

// Query parameters with all that is wrong with them.
class reader {
 public:
  explicit reader(const http_request& request) : request_(request) {}

  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto given = request_.query_value(name);
    if (!given || given->empty()) return std::nullopt;
    std::int64_t value = 0;
    const char* end = given->data() + given->size();
    const auto [stop, code] = std::from_chars(given->data(), end, value);
    if (code == std::errc() && stop == end && value >= least && value <= most) return value;
    refuse(name, *given, "a whole number, " + std::to_string(least) + " … " + std::to_string(most));
    return std::nullopt;
  }

  std::string text(std::string_view name) {
    std::string given = request_.query_value(name).value_or("");
    if (given.size() <= longest_text) return given;
    refuse(name, given, "at most 500 bytes");
    return {};
  }

  std::string component() {
    std::string given = request_.query_value("component").value_or("");
    if (!given.empty() && !is_name(given)) refuse("component", given, std::string(name_rule));
    return given;
  }

  bool flag(std::string_view name) { return query_flag(request_, name, false, problems_); }

  // A time, or how long ago: "90s", "10m", "2h", "1d".
  std::string since() {
    const std::string given = request_.query_value("since").value_or("");
    if (given.empty()) return {};
    if (const auto at = from_rfc3339(given)) return to_rfc3339(*at);
    std::int64_t count = 0;
    const char* end = given.data() + given.size();
    const auto [stop, code] = std::from_chars(given.data(), end, count);
    const std::string_view units = "smhd";
    const std::size_t unit = stop + 1 == end ? units.find(*stop) : std::string_view::npos;
    constexpr std::int64_t most = 100'000'000;
    if (code == std::errc() && unit != std::string_view::npos && count >= 0 && count <= most) {
      constexpr std::int64_t seconds[] = {1, 60, 3600, 86'400};
      return to_rfc3339(std::max<std::int64_t>(0, now_ms() - count * seconds[unit] * 1000));
    }
    refuse("since", given,
           "a time such as 2026-01-31T23:59:59Z, or how long ago: 90s, 10m, 2h, 1d");
    return {};
  }

  void refuse(std::string_view name, std::string_view found, std::string allowed) {
    problems_.push_back({std::string(name), printable(found), std::move(allowed), ""});
  }
  void check() {
    if (!problems_.empty()) throw failure::invalid("Invalid query", std::move(problems_));
  }

 private:
  const http_request& request_;
  std::vector<problem> problems_;
};

http_response list(const route_tools& tools, const http_request& request) {
  check_query(request, {"component", "incarnations"});
  const caller& who = request.required_caller();
  reader query(request);
  const std::string component = query.component();
  const std::int64_t incarnations = query.number("incarnations", 1, 20).value_or(3);
  query.check();
  return http_response::of(
      tools.logs.list(request.parameter("application"), component, incarnations, who));
}

http_response read(const route_tools& tools, const http_request& request) {
  check_query(request, {"component", "offset", "tail", "since", "grep", "bytes", "follow"});
  const caller& who = request.required_caller();
  reader query(request);
  log_question question;
  question.source = request.parameter("source");
  const std::string component = query.component();
  question.offset = query.number("offset", 0, std::numeric_limits<std::int64_t>::max() >> 3);
  const auto tail = query.number("tail", 1, most_lines);
  if (tail && question.offset) query.refuse("tail", "an offset is given, too", "one of the two");
  question.tail = tail.value_or(question.offset ? 0 : default_tail);
  question.since = query.since();
  question.grep = query.text("grep");
  question.bytes = query.number("bytes", 1, most_bytes).value_or(0);
  const bool follow = query.flag("follow");
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
