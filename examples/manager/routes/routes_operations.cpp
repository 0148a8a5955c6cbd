// /operations: what waits, what runs, what has ended, and cancelling.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "operation/operation_document.h"
#include "routes/operation_answer.h"
#include "routes/request_body.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace manager {
namespace {

constexpr std::int64_t usual_limit = 50;
constexpr std::int64_t most_limit = 1000;
constexpr std::size_t longest_name = 300;

const std::vector<std::string_view> statuses = {"QUEUED",  "RUNNING", "CANCELLING", "SUCCEEDED",
                                                "AWAITED", "FAILED",  "CANCELLED"};
const std::vector<std::string_view> verbs = {"deploy", "undeploy", "create",  "start",   "stop",
                                             "resume", "upgrade",  "destroy", "trigger", "dispose"};
const std::vector<std::string_view> kinds = {"package", "application", "savepoint"};

bool is_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string word_of(const http_request& request, const char* name,
                    const std::vector<std::string_view>& known, std::vector<problem>& problems) {
  const std::string given = request.query_value(name).value_or("");
  if (given.empty() || std::find(known.begin(), known.end(), given) != known.end()) return given;
  problems.push_back({name, printable(given), fmt::format("{}", fmt::join(known, ", ")), ""});
  return given;
}

std::string name_of(const http_request& request, const char* name, std::vector<problem>& problems) {
  const std::string given = request.query_value(name).value_or("");
  if (given.size() > longest_name) {
    problems.push_back({name, printable(given), "at most 300 bytes", ""});
  }
  return given;
}

std::int64_t limit_of(const http_request& request, std::vector<problem>& problems) {
  const auto given = request.query_value("limit");
  if (!given) return usual_limit;
  std::int64_t number = 0;
  const char* const end = given->data() + given->size();
  const auto read = std::from_chars(given->data(), end, number);
  if (read.ec == std::errc() && read.ptr == end && number >= 1 && number <= most_limit) {
    return number;
  }
  problems.push_back({"limit", printable(*given), "1 to 1000", ""});
  return usual_limit;
}

bool fits(const operation_filter& filter, const operation_record& one, const std::string& status) {
  const bool object = filter.object.empty() || one.name == filter.object ||
                      one.name.starts_with(filter.object + "/");
  return object && (filter.status.empty() || filter.status == status) &&
         (filter.verb.empty() || filter.verb == one.verb) &&
         (filter.noun.empty() || filter.noun == one.noun) &&
         (filter.user.empty() || filter.user == one.user);
}

struct listed {
  operation_place place;
  json::document document;
};

bool goes_before(const operation_place& one, const operation_place& other) {
  return one.accepted_at != other.accepted_at ? one.accepted_at > other.accepted_at
                                              : one.id > other.id;
}

std::optional<operation_place> place_of(const route_tools& tools, const std::string& id) {
  if (const auto live = tools.runner.board().view(id)) {
    return operation_place{live->operation.accepted_at, id};
  }
  return tools.memory.transact([&](registry_view& view) -> std::optional<operation_place> {
    if (const auto ended = view.history.find(id)) {
      return operation_place{ended->operation.accepted_at, id};
    }
    const auto left = view.operations.find(id);
    return left ? std::optional(operation_place{left->accepted_at, id}) : std::nullopt;
  });
}

http_response list(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  std::vector<problem> problems;
  find_unknown(request, {"status", "verb", "kind", "object", "user", "limit", "after"}, problems);
  operation_filter filter;
  filter.status = word_of(request, "status", statuses, problems);
  filter.verb = word_of(request, "verb", verbs, problems);
  filter.noun = word_of(request, "kind", kinds, problems);
  filter.object = name_of(request, "object", problems);
  filter.user = name_of(request, "user", problems);
  const std::int64_t limit = limit_of(request, problems);
  std::optional<operation_place> after;
  if (const auto given = request.query_value("after")) {
    after = is_id(*given) ? place_of(tools, *given) : std::nullopt;
    if (!after) problems.push_back({"after", printable(*given), "the id of a known operation", ""});
  }
  if (!problems.empty()) throw failure::invalid("Invalid query", std::move(problems));

  // First what lives, then what has ended: what ends in between is seen twice and not never.
  std::vector<listed> found;
  const auto add = [&](const operation_record& one, const std::string& status,
                       json::document document) {
    const operation_place place{one.accepted_at, one.id};
    const bool known = std::any_of(found.begin(), found.end(),
                                   [&](const auto& other) { return other.place.id == one.id; });
    if (known || !fits(filter, one, status) || (after && !goes_before(*after, place))) return;
    found.push_back({place, std::move(document)});
  };
  for (const operation_view& one : tools.runner.board().views()) {
    add(one.operation, one.status, to_document(one));
  }
  const auto ended = tools.memory.transact(
      [&](registry_view& view) { return view.history.list(filter, after, limit + 1); });
  for (const ended_operation& one : ended) add(one.operation, one.outcome, to_document(one));
  std::sort(found.begin(), found.end(),
            [](const auto& one, const auto& other) { return goes_before(one.place, other.place); });

  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value operations(rapidjson::kArrayType);
  const bool more = found.size() > static_cast<std::size_t>(limit);
  if (more) found.resize(static_cast<std::size_t>(limit));
  for (const listed& one : found) operations.PushBack(json::copy(one.document, memory), memory);
  json::set(body, "operations", std::move(operations), memory);
  json::set(body, "more", more, memory);
  if (more) json::set(body, "next", found.back().place.id, memory);
  return http_response::of(body);
}

std::string id_of(const http_request& request) {
  const std::string& id = request.parameter("operation");
  if (is_id(id)) return id;
  throw failure::invalid("Not an operation's id",
                         {{"operation", printable(id), "32 hex digits", ""}});
}

http_response get(const route_tools& tools, const http_request& request) {
  check_query(request, {"wait"});
  tools.rules.check_reader(request.user());
  const std::string id = id_of(request);
  const auto answer = [&tools, id] { return http_response::of(document_of(tools, id)); };
  const auto live = tools.runner.board().view(id);
  if (!live) return answer();
  return when_settled(tools, request, live->operation.noun, live->operation.name, answer);
}

// Whose it is: who asked for it, and who owns its object.
std::vector<std::string> owners_of(const route_tools& tools, const operation_record& one) {
  std::vector<std::string> owners = {one.user};
  tools.memory.transact([&](registry_view& view) {
    if (one.noun == "package") {
      const auto owner = view.packages.find(one.name).user;
      if (owner) owners.push_back(*owner);
      return;
    }
    const auto application = view.applications.find(one.name.substr(0, one.name.find('/')));
    if (application) owners.push_back(application->user);
  });
  return owners;
}

http_response cancel(const route_tools& tools, const http_request& request) {
  const caller who = request.required_caller();
  check_query(request, {"wait"});
  const std::string id = id_of(request);
  wait_of(request);
  if (const auto live = tools.runner.board().view(id)) {
    const auto owners = owners_of(tools, live->operation);
    const bool own = std::find(owners.begin(), owners.end(), who.user) != owners.end();
    tools.rules.check_owner(who, own ? who.user : owners.back(), "operation:cancel");
  } else {
    tools.rules.check_known(who.user);
  }
  tools.runner.cancel(id, who.user);
  return accepted(tools, request, id, http_response::of(document_of(tools, id), 202));
}

}  // namespace

void add_operation_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/operations",
             [&tools](const http_request& request) { return list(tools, request); });
  routes.add("GET", "/operations/{operation}",
             [&tools](const http_request& request) { return get(tools, request); });
  routes.add("DELETE", "/operations/{operation}",
             [&tools](const http_request& request) { return cancel(tools, request); });
}

}  // namespace manager
