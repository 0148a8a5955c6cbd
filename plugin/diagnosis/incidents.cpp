// The verb incidents.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/incidents.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "context/component_view.h"

namespace dm::diagnosis {

namespace {

using component::listed_incident;

// The page behind `after`, which may have been deleted since: then what is older than its epoch.
std::vector<listed_incident> page(std::vector<listed_incident> all, const std::string& after,
                                  std::int64_t limit, bool& more) {
  if (!after.empty()) {
    const auto last =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.head.id == after; });
    const std::uint64_t epoch = component::epoch_of_incident(after).value_or(0);
    const auto first =
        last != all.end() ? last + 1 : std::find_if(all.begin(), all.end(), [&](const auto& one) {
          return one.head.epoch < epoch;
        });
    all.erase(all.begin(), first);
  }
  const auto length = static_cast<std::size_t>(limit);
  more = all.size() > length;
  if (more) all.resize(length);
  return all;
}

result<void> read_one(component::incident_store& store, const io::operation& op,
                      const std::string& id, incidents_reply& reply) {
  auto whole = store.read(op, id);
  if (!whole && whole.error().code == status_code::not_found) {
    // Of one that made room for newer ones the index still has the head.
    auto listed = store.list(op);
    if (!listed) return fail(std::move(listed.error()));
    for (listed_incident& known : *listed) {
      if (known.head.id != id || !known.problem.empty()) continue;
      known.kept = false;
      reply.incidents.push_back(std::move(known));
      return {};
    }
  }
  if (!whole) return fail(std::move(whole.error()));
  listed_incident one;
  one.head = std::move(whole->head);
  one.kept = true;
  // How often it was seen since it was written stands in the index. Without that it is told as it
  // was written.
  if (auto listed = store.list(op)) {
    for (const listed_incident& known : *listed) {
      if (known.head.id != id || !known.problem.empty()) continue;
      one.head.count = known.head.count;
      one.head.last_at = known.head.last_at;
    }
  }
  reply.document = std::move(whole->document);
  reply.incidents.push_back(std::move(one));
  return {};
}

}  // namespace

incidents_reply incidents(context::session& session, const io::operation& op,
                          const incidents_request& request) {
  incidents_reply reply;
  if (request.data.state_root.empty()) {
    reply.failure = fail(status_code::unimplemented,
                         "it is a record of the original deployment manager, of whose components "
                         "nothing is kept")
                        .value();
    return reply;
  }
  context::component_view view(session, request.data);
  component::incident_store store(view.hdfs(), view.directory());
  if (!request.incident.empty()) {
    if (auto read = read_one(store, op, request.incident, reply); !read) {
      reply.failure = std::move(read.error());
      if (reply.failure->code == status_code::not_found) {
        reply.failure->message =
            fmt::format("{} has no incident {}", request.data.name.text(), request.incident);
        reply.failure->hint = "the newest ones are kept; the list names them";
      }
    }
    return reply;
  }
  auto listed = store.list(op);
  if (listed) {
    reply.incidents = page(std::move(*listed), request.after, request.limit, reply.more);
  } else {
    reply.failure = std::move(listed.error());
  }
  return reply;
}

}  // namespace dm::diagnosis
