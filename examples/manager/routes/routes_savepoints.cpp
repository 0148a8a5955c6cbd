// /applications/<application>/savepoints: listing, triggering, looking, disposing, resuming,
// pinning.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "routes/list_query.h"
#include "routes/operation_answer.h"
#include "routes/program_words.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace manager {
namespace {

constexpr std::size_t longest_reason = 500;
constexpr std::size_t longest_path = 2000;

std::vector<std::string> read_states(query_reader& query) {
  const auto& known = savepoint_states();
  std::vector<std::string> given = query.words(
      "state", fmt::format("all, {}", fmt::join(known, ", ")), [&](std::string_view word) {
        return word == "all" || std::find(known.begin(), known.end(), word) != known.end();
      });
  const bool all = std::find(given.begin(), given.end(), "all") != given.end();
  return all ? known : given;
}

http_response list(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {"component", "state", "kind", "verify"});
  savepoint_filter filter;
  filter.component = query.component();
  filter.states = read_states(query);
  filter.kind = query.one_of("kind", {"savepoint", "checkpoint"});
  filter.limit = query.limit(filter.limit);
  filter.after = query.text("after", "the next of the page before",
                            [](std::string_view given) { return given.size() <= longest_path; });
  filter.verify = query.flag("verify", true);
  query.check();
  const std::string& application = request.parameter("application");
  json::document page = tools.savepoints.list(application, filter);
  if (!word_reader(tools, request.who).may_read(application))
    withhold_words(page, page.GetAllocator());
  http_response response = http_response::of(page);
  if (const auto next = json::text_of(page, "next"); !next.empty()) {
    query.set_next(response, std::string(next));
  }
  return response;
}

http_response trigger(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const json::document options = read_body(
      request, tools.settings.request_bytes,
      {component_member(),
       operation_member(),
       format_member(),
       {"directory", "an absolute HDFS path, hdfs:///… or /…", [](const json::value& given) {
          if (!given.IsString()) return false;
          const std::string_view path = json::view(given);
          return path.size() <= longest_path &&
                 (path.starts_with('/') || path.starts_with("hdfs://"));
        }}});
  wait_of(request);
  const auto begun = tools.savepoints.trigger(request.parameter("application"), options, who);
  return accepted(tools, request, begun.operation, http_response::of(begun.answer, 202));
}

http_response get(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  query_reader query(request, {"component", "verify"});
  const std::string component = query.component();
  const bool verify = query.flag("verify", true);
  query.check();
  const std::string& application = request.parameter("application");
  json::document point =
      tools.savepoints.get(application, component, request.parameter("savepoint"), verify);
  if (!word_reader(tools, request.who).may_read(application))
    withhold_words(point, point.GetAllocator());
  return http_response::of(point);
}

http_response dispose(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  query_reader query(request, {"component", "force", "wait"});
  const std::string component = query.component();
  const bool force = query.flag("force", false);
  query.check();
  wait_of(request);
  return accepted(tools, request,
                  tools.savepoints.dispose(request.parameter("application"), component,
                                           request.parameter("savepoint"), force, who));
}

http_response resume(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  json::document options =
      read_body(request, tools.settings.request_bytes,
                {component_member(),
                 flag_member("wait"),
                 flag_member("allow_non_restored_state"),
                 flag_member("foreign"),
                 {"claim_mode", "no_claim, claim, legacy", [](const json::value& given) {
                    return given == "no_claim" || given == "claim" || given == "legacy";
                  }}});
  const std::string& name = request.parameter("application");
  const std::string& savepoint = request.parameter("savepoint");
  wait_of(request);
  tools.applications.resumable(name, who);
  const component_record component = tools.savepoints.component_to_resume(
      name, std::string(json::text_of(options, "component")), savepoint);
  auto& memory = options.GetAllocator();
  json::set(options, "type", component.type, memory);
  json::set(options, "component", component.name, memory);
  json::set(options, "savepoint", savepoint, memory);
  return accepted(tools, request, tools.applications.resume(name, options, who));
}

http_response pin(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  const json::document options =
      read_body(request, tools.settings.request_bytes,
                {component_member(),
                 flag_member("pinned"),
                 {"reason", "one line of at most 500 characters", [](const json::value& given) {
                    return given.IsString() && json::view(given).size() <= longest_reason &&
                           printable(json::view(given), longest_reason) == json::view(given);
                  }}});
  return http_response::of(tools.savepoints.pin(request.parameter("application"),
                                                request.parameter("savepoint"), options, who));
}

}  // namespace

void add_savepoint_routes(router& routes, const route_tools& tools) {
  const std::string all = "/applications/{application}/savepoints";
  const std::string one = all + "/{savepoint}";
  const route_options asks_plugins{.lane = route_lane::outside};
  routes.add(
      "GET", all, [&tools](const http_request& request) { return list(tools, request); },
      asks_plugins);
  routes.add("POST", all,
             [&tools](const http_request& request) { return trigger(tools, request); });
  routes.add(
      "GET", one, [&tools](const http_request& request) { return get(tools, request); },
      asks_plugins);
  routes.add("DELETE", one,
             [&tools](const http_request& request) { return dispose(tools, request); });
  routes.add("POST", one + "/resume",
             [&tools](const http_request& request) { return resume(tools, request); });
  routes.add("POST", one + "/pin",
             [&tools](const http_request& request) { return pin(tools, request); });
}

}  // namespace manager
