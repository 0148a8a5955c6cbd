// /fleet/stop, /fleet/start, /fleet/operations: many components stopped with savepoints and started
// again from exactly these.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "fleet/name_pattern.h"
#include "routes/list_query.h"
#include "routes/operation_answer.h"
#include "routes/program_words.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

namespace manager {
namespace {

constexpr std::int64_t usual_limit = 20;
constexpr std::int64_t most_listed = 100;
constexpr std::string_view id_rule = "32 hex digits, as of an operation";

bool is_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_id_value(const json::value& given) { return given.IsString() && is_id(json::view(given)); }

body_member pattern_member(std::string_view name) {
  return {name,
          fmt::format("a pattern, or a list of 1 to {} patterns, each {}", most_patterns,
                      name_pattern_rule),
          are_patterns};
}

body_member parallel_member() {
  return {"parallel", fmt::format("a whole number, 1 to {}", most_parallel),
          [](const json::value& given) {
            return given.IsInt64() && given.GetInt64() >= 1 && given.GetInt64() <= most_parallel;
          }};
}

body_member patience_member() {
  return {"patience_s", fmt::format("whole seconds, 1 to {}", most_patience_s),
          [](const json::value& given) {
            return given.IsInt64() && given.GetInt64() >= 1 && given.GetInt64() <= most_patience_s;
          }};
}

// Words are the application's own, so each component's are for who may read these.
json::document readable(const route_tools& tools, json::document report, const caller& who) {
  json::value* components = json::find(report, "components");
  if (components == nullptr || json::text_of(report, "user") == who.user) return report;
  const word_reader reader(tools, who);
  for (auto& one : components->GetArray()) {
    if (reader.may_read(std::string(json::text_of(one, "application")))) continue;
    withhold_words(one, report.GetAllocator());
  }
  return report;
}

http_response answer(const route_tools& tools, const http_request& request,
                     fleet_service::accepted begun) {
  if (begun.operation.empty()) {
    return http_response::of(readable(tools, std::move(begun.report), request.who));
  }
  return accepted(tools, request, begun.operation,
                  http_response::of(readable(tools, std::move(begun.report), request.who), 202));
}

// What a plugin would refuse too, and what would choose more than was meant.
void check_stop(const json::value& wish) {
  const fleet_request asked(wish);
  std::vector<problem> problems;
  if (asked.has_filter() == asked.all()) {
    problems.push_back({"$.all", asked.all() ? "all and a choice" : "nothing",
                        fmt::format("either \"all\": true, or {}", fmt::join(fleet_filters, ", ")),
                        ""});
  }
  if (!json::flag_of(wish, "savepoint", true)) {
    for (const char* name : {"format", "if_not_saved"}) {
      if (json::find(wish, name) == nullptr) continue;
      problems.push_back({std::string("$.") + name, std::string(json::text_of(wish, name)),
                          "nothing with \"savepoint\": false", ""});
    }
  }
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
}

http_response stop(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  std::vector<body_member> members = {flag_member("all"),     flag_member("savepoint"),
                                      format_member(),        parallel_member(),
                                      flag_member("dry_run"), pattern_member("order")};
  for (const std::string_view name : fleet_filters) members.push_back(pattern_member(name));
  members.push_back(patience_member());
  members.push_back({"id", std::string(id_rule), is_id_value});
  members.push_back({"if_not_saved", "leave, cancel, kill", [](const json::value& given) {
                       return given == "leave" || given == "cancel" || given == "kill";
                     }});
  const json::document wish = read_body(request, tools.settings.request_bytes, members);
  check_stop(wish);
  wait_of(request);
  return answer(tools, request, tools.fleets.stop(wish, who));
}

http_response start(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const json::document wish =
      read_body(request, tools.settings.request_bytes,
                {{"from", "the id of a stop of the fleet: " + std::string(id_rule), is_id_value},
                 parallel_member(),
                 pattern_member("order"),
                 flag_member("dry_run"),
                 {"id", std::string(id_rule), is_id_value},
                 patience_member()});
  if (json::find(wish, "from") == nullptr) {
    throw failure::invalid("Invalid request body",
                           {{"$.from", "nothing", "the id of a stop of the fleet", ""}});
  }
  wait_of(request);
  return answer(tools, request, tools.fleets.start(wish, who));
}

std::optional<fleet_place> place_of(std::string_view cursor) {
  fleet_place place;
  const char* const end = cursor.data() + cursor.size();
  const auto read = std::from_chars(cursor.data(), end, place.accepted_at);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != '-') return std::nullopt;
  place.id.assign(read.ptr + 1, end);
  return is_id(place.id) ? std::optional(std::move(place)) : std::nullopt;
}

http_response list(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {});
  const std::int64_t limit = query.limit(usual_limit, most_listed);
  const auto after =
      place_of(query.text("after", "the next of the page before",
                          [](std::string_view given) { return place_of(given).has_value(); }));
  query.check();
  const json::document page = tools.fleets.list(after, limit);
  http_response response = http_response::of(page);
  if (const auto next = json::text_of(page, "next"); !next.empty()) {
    query.set_next(response, std::string(next));
  }
  return response;
}

http_response get(const route_tools& tools, const http_request& request) {
  check_query(request, {"wait"});
  tools.rules.check_reader(request.user());
  wait_of(request);
  const std::string id = request.parameter("operation");
  const auto told = [&tools, id, who = request.who] {
    return http_response::of(readable(tools, tools.fleets.report(id), who));
  };
  const auto live = tools.runner.board().view(id);
  if (!live) return told();
  return when_settled(tools, request, live->operation.noun, live->operation.name, told);
}

http_response cancel(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  check_query(request, {"wait"});
  wait_of(request);
  const std::string& id = request.parameter("operation");
  const json::document one = tools.fleets.report(id);
  tools.rules.check_owner(who, std::string(json::text_of(one, "user")), "operation:cancel");
  tools.runner.cancel(id, who.user);
  return accepted(tools, request, id,
                  http_response::of(readable(tools, tools.fleets.report(id), who), 202));
}

}  // namespace

void add_fleet_operation_routes(router& routes, const route_tools& tools) {
  routes.add("POST", "/fleet/stop",
             [&tools](const http_request& request) { return stop(tools, request); });
  routes.add("POST", "/fleet/start",
             [&tools](const http_request& request) { return start(tools, request); });
  routes.add("GET", "/fleet/operations",
             [&tools](const http_request& request) { return list(tools, request); });
  routes.add("GET", "/fleet/operations/{operation}",
             [&tools](const http_request& request) { return get(tools, request); });
  routes.add("DELETE", "/fleet/operations/{operation}",
             [&tools](const http_request& request) { return cancel(tools, request); });
}

}  // namespace manager
