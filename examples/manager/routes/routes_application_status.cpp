// /applications/<application>: states, details and summaries.
// SPDX-License-Identifier: Apache-2.0
#include "application/seen_components.h"
#include "base/clock.h"
#include "base/names.h"
#include "observation/detail.h"
#include "observation/summary.h"
#include "operation/operation_document.h"
#include "operation/state_refusal.h"
#include "routes/operation_answer.h"
#include "routes/program_words.h"
#include "routes/query_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

struct known_application {
  application_record record;
  std::vector<component_record> components;
};

// Record and components of one moment, so that a destroy in between leaves no half answer.
std::optional<known_application> find(const route_tools& tools, const http_request& request,
                                      const std::vector<std::string_view>& parameters = {}) {
  check_query(request, parameters);
  tools.rules.check_reader(request.user());
  const std::string& name = request.parameter("application");
  return tools.memory.transact([&](registry_view& view) -> std::optional<known_application> {
    auto record = view.applications.find(name);
    if (!record) return std::nullopt;
    return known_application{std::move(*record), view.applications.components(name)};
  });
}

// One that was never heard of.
application_record named(const http_request& request) {
  application_record absent;
  absent.name = request.parameter("application");
  return absent;
}

bool may_read(const route_tools& tools, const http_request& request,
              const known_application& known) {
  return tools.rules.may_read_words(request.who, known.record.user);
}

// Of an operation that is left alone people must know more than that it is under way.
std::optional<std::string> information_of(const route_tools& tools, const http_request& request,
                                          const std::optional<known_application>& known) {
  if (auto why = tools.runner.set_aside().why("application", request.parameter("application")))
    return why;
  if (!known) return std::nullopt;
  return words_for(may_read(tools, request, *known), known->record.information);
}

// An application that was stopped or created without trouble has nothing that could live, and costs
// no plugin call.
bool may_have_a_word(const application_record& record) {
  if (record.state == application_state::started) return true;
  return record.state == application_state::created && record.information &&
         !record.information->empty();
}

// Why a word may be an old one: nobody could be asked, or who answered could not tell himself.
std::string doubt_of(const component_record& component, const observation& seen, bool may_read) {
  if (!seen.problem.empty() || !seen.status) return seen.problem;
  const std::string_view confidence = json::text_of(*seen.status, "confidence");
  if (confidence != "stale" && confidence != "unknown") return {};
  const std::string_view reason = may_read ? json::text_of(*seen.status, "reason") : "";
  return fmt::format(
      "{} is {} of {}{}{}", shown(component),
      confidence == "stale" ? "as last known, it could not be looked at since," : "not known",
      json::text_of(*seen.status, "observed_at"), reason.empty() ? "" : ": ", reason);
}

// The summary's word, "UNKNOWN" where nothing was ever learnt; and why it may be an old one, or
// none.
void add_word(json::document& into, const route_tools& tools, const known_application& known,
              bool may_read) {
  const auto& components = known.components;
  const auto seen = tools.seen.observe(components, false);
  // Of one that is CREATED it is said where that is not all: after something that failed.
  const bool idle = known.record.state == application_state::created &&
                    std::none_of(components.begin(), components.end(),
                                 [](const auto& one) { return one.desired == "RUNNING"; }) &&
                    std::none_of(seen.begin(), seen.end(), [](const auto& one) {
                      return one.status && is_wanted_or_lives(*one.status);
                    });
  if (idle) return;
  std::vector<std::string> words;
  std::string problem;
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (seen[i].status) words.emplace_back(json::text_of(*seen[i].status, "summary"));
    if (problem.empty()) problem = doubt_of(components[i], seen[i], may_read);
  }
  auto& memory = into.GetAllocator();
  json::set(into, "summary", words.empty() ? "UNKNOWN" : aggregate_word(words), memory);
  if (!problem.empty()) json::set(into, "problem", problem, memory);
}

http_response status_now(const route_tools& tools, const http_request& request) {
  const auto known = find(tools, request, {"wait"});
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "status",
            known ? std::string_view(known->record.state) : application_state::not_created, memory);
  json::set(body, "information", information_of(tools, request, known), memory);
  if (known && !known->record.operation.empty()) {
    json::value operation(rapidjson::kObjectType);
    json::set(operation, "id", known->record.operation, memory);
    json::set(operation, "verb", known->record.operation_verb, memory);
    json::set(operation, "at", to_rfc3339(known->record.informed_at), memory);
    json::set(body, "operation", std::move(operation), memory);
  }
  const bool readable = known && may_read(tools, request, *known);
  if (known && may_have_a_word(known->record)) add_word(body, tools, *known, readable);
  if (const auto progress =
          tools.runner.progress("application", request.parameter("application"))) {
    auto parsed = json::parse_or_throw(*progress, "progress");
    if (!readable) withhold_words(parsed, parsed.GetAllocator());
    json::set(body, "progress", json::copy(parsed, memory), memory);
  }
  add_under_way(body, tools, "application", request.parameter("application"));
  add_set_aside(body, tools, "application", request.parameter("application"));
  return http_response::of(body);
}

http_response get_status(const route_tools& tools, const http_request& request) {
  return when_settled(tools, request, "application", request.parameter("application"),
                      [&tools, request] { return status_now(tools, request); });
}

http_response get_detail(const route_tools& tools, const http_request& request) {
  const auto known = find(tools, request);
  if (!known || known->record.state == application_state::not_created) {
    throw refused_by_state(tools.memory, known ? known->record : named(request), "detail", {});
  }
  // While it is being created there is nothing to ask for yet.
  const bool creating = known->record.state == application_state::creating;
  const auto components = creating ? std::vector<component_record>() : known->components;
  json::document body =
      make_detail(known->record, components, tools.seen.observe(components, true));
  if (!may_read(tools, request, *known)) withhold_words(body, body.GetAllocator());
  return http_response::of(body);
}

http_response get_summary(const route_tools& tools, const http_request& request) {
  const auto known = find(tools, request);
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  if (!known || !can_be_asked(known->record)) {
    add_absent_summary(body, known ? known->record : named(request), memory);
  } else {
    add_summary(body, known->record.name, known->components,
                tools.seen.observe(known->components, false), memory);
    if (!may_read(tools, request, *known)) withhold_words(body, memory);
  }
  return http_response::of(body);
}

}  // namespace

void add_application_status_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/applications/{application}/status",
             [&tools](const http_request& request) { return get_status(tools, request); });
  const route_options asks_plugins{.lane = route_lane::outside};
  routes.add(
      "GET", "/applications/{application}/detail",
      [&tools](const http_request& request) { return get_detail(tools, request); }, asks_plugins);
  routes.add(
      "GET", "/applications/{application}/summary",
      [&tools](const http_request& request) { return get_summary(tools, request); }, asks_plugins);
  routes.add(
      "GET", "/applications/{application}/{query}",
      [](const http_request& request) -> http_response {
        throw failure(
            failure_kind::failed_validation,
            fmt::format("{} is not a valid query (status, detail, summary, components, savepoints)",
                        printable(request.parameter("query"))));
      });
}

}  // namespace manager
