// Bodies of requests.
// SPDX-License-Identifier: Apache-2.0
#include "routes/request_body.h"

#include "access/secrets.h"
#include "base/names.h"
#include "base/repeated_members.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace manager {
namespace {

bool is_flag(const json::value& given) { return given.IsBool(); }

// Texts that parameters of a query can be, besides flags.
void take_from_query(const http_request& request, const body_member& member, json::document& into,
                     std::vector<problem>& problems) {
  const auto given = request.query_value(member.name);
  if (!given) return;
  // ?wait=60 is the host's; ?wait=true the plugin's.
  if (member.name == "wait" && given->find_first_not_of("0123456789") == std::string::npos) return;
  if (json::find(into, member.name) != nullptr) {
    problems.push_back({std::string(member.name), shown_value(member.name, *given),
                        "once: in the query or in the body", "stands in the body, too"});
    return;
  }
  auto& memory = into.GetAllocator();
  if (member.fits == is_flag && (*given == "true" || *given == "false")) {
    json::set(into, member.name, *given == "true", memory);
  } else {
    json::set(into, member.name, *given, memory);
  }
}

json::document checked(const http_request& request, json::document body,
                       const std::vector<body_member>& members,
                       std::vector<std::string_view> parameters) {
  std::vector<std::string_view> names;
  for (const body_member& member : members) names.push_back(member.name);
  for (const std::string_view name : names) {
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end())
      parameters.push_back(name);
  }
  check_query(request, parameters);
  std::vector<problem> problems;
  for (const body_member& member : members) take_from_query(request, member, body, problems);
  for (const auto& given : body.GetObject()) {
    if (problems.size() > most_problems) break;
    const std::string_view name = json::view(given.name);
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const auto& one) { return one.name == name; });
    if (member == members.end()) {
      problems.push_back({"$." + printable(name), shown_value(name, given.value),
                          fmt::format("{}", fmt::join(names, ", ")), "is not a known option"});
    } else if (!member->fits(given.value)) {
      problems.push_back(
          {"$." + printable(name), shown_value(name, given.value), member->rule, ""});
    }
  }
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
  return body;
}

}  // namespace

body_member flag_member(std::string_view name) { return {name, "true or false", is_flag}; }

body_member component_member() {
  return {"component", "a component's name: " + std::string(name_rule),
          [](const json::value& given) { return given.IsString() && is_name(json::view(given)); }};
}

body_member operation_member() {
  return {"operation", std::string(operation_id_rule), [](const json::value& given) {
            return given.IsString() && is_operation_id(json::view(given));
          }};
}

body_member format_member() {
  return {"format", "canonical, native",
          [](const json::value& given) { return given == "canonical" || given == "native"; }};
}

json::document read_object(const http_request& request, std::uint64_t limit) {
  const std::string text = request.body_text(limit);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return json::make_object();
  std::string problem;
  auto parsed = json::parse_properties(text, problem);
  if (parsed && parsed->IsObject()) {
    check_members(*parsed);
    return std::move(*parsed);
  }
  throw failure(failure_kind::failed_validation,
                fmt::format("Invalid request body{}{}", problem.empty() ? "" : ": ", problem));
}

void check_members(const json::value& body) {
  std::vector<problem> problems;
  add_repeated_members(body, problems);
  if (!problems.empty()) throw failure::invalid("Invalid request body", std::move(problems));
}

json::document read_body(const http_request& request, std::uint64_t limit,
                         const std::vector<body_member>& members) {
  // Those that begin an operation.
  return checked(request, read_object(request, limit), members, {"wait"});
}

json::document checked_body(const http_request& request, json::document body,
                            const std::vector<body_member>& members) {
  return checked(request, std::move(body), members, {});
}

}  // namespace manager
