// /operations: what waits, what runs, what has ended, and cancelling.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "operation/operation_document.h"
#include "routes/list_query.h"
#include "routes/operation_answer.h"
#include "routes/program_words.h"
#include "routes/query_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace manager {
namespace {

constexpr std::int64_t usual_limit = 50;

const std::vector<std::string_view> statuses = {"QUEUED",  "RUNNING", "CANCELLING", "SUCCEEDED",
                                                "AWAITED", "FAILED",  "CANCELLED",  "SET_ASIDE"};
const std::vector<std::string_view> verbs = {"deploy",  "undeploy", "create",  "start",
                                             "stop",    "resume",   "upgrade", "destroy",
                                             "trigger", "dispose",  "clean"};
const std::vector<std::string_view> kinds = {"package", "application", "savepoint", "housekeeping",
                                             "fleet"};

bool is_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Of the place alone, so that a page goes on where it ended though the operation is forgotten.
std::string cursor_of(const operation_place& place) {
  return fmt::format("{}-{}", place.accepted_at, place.id);
}

std::optional<operation_place> place_of(std::string_view cursor) {
  operation_place place;
  const char* const end = cursor.data() + cursor.size();
  const auto read = std::from_chars(cursor.data(), end, place.accepted_at);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != '-') return std::nullopt;
  place.id.assign(read.ptr + 1, end);
  return is_id(place.id) ? std::optional(std::move(place)) : std::nullopt;
}

bool fits(const operation_filter& filter, const operation_record& one, const std::string& status) {
  const bool object = filter.object.empty() || one.name == filter.object ||
                      one.name.starts_with(filter.object + "/");
  return object && (filter.status.empty() || filter.status == status) &&
         (filter.verb.empty() || filter.verb == one.verb) &&
         (filter.noun.empty() || filter.noun == one.noun) &&
         (filter.user.empty() || filter.user == one.user) && one.accepted_at >= filter.since;
}

struct listed {
  operation_place place;
  json::document document;
};

bool goes_before(const operation_place& one, const operation_place& other) {
  return one.accepted_at != other.accepted_at ? one.accepted_at > other.accepted_at
                                              : one.id > other.id;
}

http_response list(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  list_query query(request, {"status", "verb", "kind", "object", "user", "since"});
  operation_filter filter;
  filter.status = query.one_of("status", statuses);
  filter.verb = query.one_of("verb", verbs);
  filter.noun = query.one_of("kind", kinds);
  filter.object = query.account("object");
  filter.user = query.account("user");
  filter.since = query.time("since");
  const std::int64_t limit = query.limit(usual_limit);
  const std::optional<operation_place> after =
      place_of(query.text("after", "the next of the page before",
                          [](std::string_view given) { return place_of(given).has_value(); }));
  query.check();

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
  for (const set_aside_operation& one : tools.runner.set_aside().all()) {
    add(one.operation, "SET_ASIDE", to_document(one));
  }
  const auto ended = tools.memory.transact(
      [&](registry_view& view) { return view.history.list(filter, after, one_more_than(limit)); });
  for (const ended_operation& one : ended) add(one.operation, one.outcome, to_document(one));
  std::sort(found.begin(), found.end(),
            [](const auto& one, const auto& other) { return goes_before(one.place, other.place); });

  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value operations(rapidjson::kArrayType);
  const bool more = cut_to_page(found, limit);
  const word_reader reader(tools, request.who);
  for (listed& one : found) {
    reader.withhold_of_operation(one.document);
    operations.PushBack(json::copy(one.document, memory), memory);
  }
  json::set(body, "operations", std::move(operations), memory);
  json::set(body, "more", more, memory);
  if (more) json::set(body, "next", cursor_of(found.back().place), memory);
  http_response response = http_response::of(body);
  if (more) query.set_next(response, cursor_of(found.back().place));
  return response;
}

std::string id_of(const http_request& request) {
  const std::string& id = request.parameter("operation");
  if (is_id(id)) return id;
  throw failure(failure_kind::not_found,
                fmt::format("there is no operation {}: GET /operations lists those that are known",
                            printable(id)));
}

http_response get(const route_tools& tools, const http_request& request) {
  check_query(request, {"wait"});
  tools.rules.check_reader(request.user());
  const std::string id = id_of(request);
  const auto answer = [&tools, id, who = request.who] {
    return http_response::of(document_of(tools, id, who));
  };
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
    if (one.noun == "housekeeping" || one.noun == "fleet") return;
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
  if (const auto left = tools.runner.set_aside().find(id)) {
    tools.rules.check_known(who.user);
    throw failure(failure_kind::conflicting_state,
                  fmt::format("it cannot be cancelled: {}", left->explanation()));
  }
  if (const auto live = tools.runner.board().view(id)) {
    const auto owners = owners_of(tools, live->operation);
    const bool own = std::find(owners.begin(), owners.end(), who.user) != owners.end();
    tools.rules.check_owner(who, own ? who.user : owners.back(), "operation:cancel");
  } else {
    tools.rules.check_known(who.user);
  }
  tools.runner.cancel(id, who.user);
  return accepted(tools, request, id, http_response::of(document_of(tools, id, who), 202));
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
