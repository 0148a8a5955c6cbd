// /events: states, progress and ends of operations as they happen (server-sent events).
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"
#include "routes/event_feed.h"
#include "routes/request_body.h"
#include "routes/routes.h"

#include <algorithm>
#include <memory>
#include <set>

namespace manager {
namespace {

const std::set<std::string> known_types = {"package",      "application", "savepoint",
                                           "housekeeping", "operation",   "progress"};

std::set<std::string> types_of(const http_request& request) {
  std::set<std::string> types;
  const auto given = request.query_value("types");
  if (!given) return types;
  std::size_t begin = 0;
  while (begin <= given->size()) {
    const std::size_t end = std::min(given->find(',', begin), given->size());
    const std::string type = given->substr(begin, end - begin);
    if (!known_types.contains(type)) {
      throw failure::invalid(
          "Invalid query",
          {{"types", printable(type),
            "package, application, savepoint, housekeeping, operation, progress", ""}});
    }
    types.insert(type);
    begin = end + 1;
  }
  return types;
}

http_response follow(const route_tools& tools, const http_request& request) {
  check_query(request, {"types", "last_event_id"});
  tools.rules.check_reader(request.user());
  event_feed::follower one;
  one.types = types_of(request);
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
