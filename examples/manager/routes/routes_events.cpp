// /events: states, progress and ends of operations as they happen (server-sent events).
// SPDX-License-Identifier: Apache-2.0
#include "routes/event_feed.h"
#include "routes/program_words.h"
#include "routes/query_reader.h"
#include "routes/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <memory>
#include <set>

namespace manager {
namespace {

const std::set<std::string, std::less<>> known_types = {
    "package", "application", "savepoint", "housekeeping", "fleet", "operation", "progress"};

std::set<std::string> types_of(const http_request& request) {
  query_reader query(request, {"types", "last_event_id"});
  const auto types = query.words("types", fmt::format("{}", fmt::join(known_types, ", ")),
                                 [](std::string_view type) { return known_types.contains(type); });
  query.check();
  return {types.begin(), types.end()};
}

http_response follow(const route_tools& tools, const http_request& request) {
  tools.rules.check_reader(request.user());
  event_feed::follower one;
  one.types = types_of(request);
  if (!request.who.roles.has(role::administer)) {
    // It outlives the tools, not what it asks.
    one.data_of = [reader = word_reader(tools, request.who)](const host_event& event) {
      return reader.data_of(event);
    };
  }
  const std::string last = request.query_value("last_event_id").value_or(request.last_event_id);
  if (last.empty()) {
    one.last = tools.events.newest();
  } else if (const auto number = tools.events.number_of(last)) {
    one.last = *number;
  } else {
    // Of an earlier process: everything that is known is new.
    one.lost = true;
  }
  http_response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "retry: 2000\n\n";
  response.heartbeat = ":\n\n";
  response.stream = [&tools, one](const std::shared_ptr<http_stream>& to) mutable {
    one.send = [to](std::string piece) { return to->write(std::move(piece)); };
    tools.feed.add(std::move(one));
  };
  return response;
}

}  // namespace

void add_event_routes(router& routes, const route_tools& tools) {
  routes.add("GET", "/events",
             [&tools](const http_request& request) { return follow(tools, request); });
}

}  // namespace manager
