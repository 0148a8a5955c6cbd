// The verbs of housekeeping: what is left over, and its removal.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/inspect.h"

#include <utility>

#include <fmt/format.h>

#include "housekeeping/finders.h"

namespace dm::housekeeping {

using context::session;

namespace {

constexpr auto all_finders = {find_archived_jobs,   find_history_server,     find_staging,
                              find_temporaries,     find_libraries,          find_flink_libraries,
                              find_job_jars,        find_client_logs,        find_incidents,
                              find_old_checkpoints, find_stray_applications, find_stray_programs,
                              find_stray_files,     find_ledger_gaps};

// CANCELLED or DEADLINE_EXCEEDED: half of an answer would read as if there were nothing more.
result<void> look(scene& s, const io::operation& op, inventory& found) {
  for (const auto& find : all_finders) {
    if (auto going_on = op.check("what is left over to be looked for"); !going_on) return going_on;
    find(s, op, found);
  }
  measure(s, op, found);
  found.sort();
  return op.check("what is left over to be looked for");
}

void remove_one(const io::operation& op, entry& one, inspect_reply& reply) {
  auto removed = one.remove(op);
  if (removed) {
    one.removed = *removed;
    reply.changed = reply.changed || *removed;
    op.log(io::log_level::info,
           fmt::format("{}: {} ({}): {}", one.id, *removed ? "removed" : "is gone already",
                       one.path.empty() ? one.what : one.path, one.why));
    return;
  }
  one.failure = std::move(removed.error());
  op.log(io::log_level::warning,
         fmt::format("{} was not removed: {}", one.id, one.failure->text()));
}

void remove_all(const io::operation& op, inventory& found, inspect_reply& reply) {
  std::int64_t total = 0;
  for (const entry& one : found.entries()) total += one.cleanable ? 1 : 0;
  std::int64_t done = 0;
  for (entry& one : found.entries()) {
    if (!one.cleanable) continue;
    if (auto going_on = op.check("the removal of what is left over"); !going_on) {
      reply.failure = std::move(going_on.error());
      return;
    }
    io::progress_facts facts;
    facts.application_id = one.application_id;
    facts.done = done++;
    facts.total = total;
    op.progress("clean", "removing " + one.what, facts);
    remove_one(op, one, reply);
  }
}

std::vector<std::string> missing(const std::set<std::string>& ids, const inventory& found) {
  std::set<std::string> left = ids;
  for (const entry& one : found.entries()) left.erase(one.id);
  return {left.begin(), left.end()};
}

inspect_reply run(session& session, const io::operation& op, const inspect_request& request,
                  const clean_request* clean) {
  inspect_reply reply;
  if (request.name_space != session.settings().name_space) {
    error other;
    other.code = status_code::failed_precondition;
    other.message = fmt::format("this session is of namespace {}, the request of {}",
                                session.settings().name_space, request.name_space);
    reply.failure = std::move(other);
    return reply;
  }
  std::optional<std::set<std::string>> ids;
  if (clean != nullptr && !clean->all) ids = clean->ids;
  inventory found(request.name_space, request.kinds, std::move(ids));
  const known_components components = find_components(session, op, request);
  witnesses asked(session, components);
  scene s{session, request, components, asked, io::now()};
  if (auto looked = look(s, op, found); !looked) {
    reply.failure = std::move(looked.error());
    return reply;
  }
  if (clean != nullptr && !clean->all) reply.gone = missing(clean->ids, found);
  if (clean != nullptr && !clean->dry_run) remove_all(op, found, reply);
  // What removes them ends with this call.
  for (entry& one : found.entries()) one.remove = nullptr;
  reply.withheld = found.withheld();
  reply.more = found.more();
  reply.entries = std::move(found.entries());
  return reply;
}

}  // namespace

inspect_reply inspect(session& session, const io::operation& op, const inspect_request& request) {
  return run(session, op, request, nullptr);
}

inspect_reply clean(session& session, const io::operation& op, const clean_request& request) {
  return run(session, op, request.what, &request);
}

}  // namespace dm::housekeeping
