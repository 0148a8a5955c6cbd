// What is left over on the cluster and on this node.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_service.h"

#include "base/clock.h"
#include "base/names.h"
#include "housekeeping/housekeeping_request.h"
#include "operation/operation_id.h"
#include "plugin/plugin_retry.h"
#include "savepoint/component_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace manager {
namespace {

constexpr const char* noun = "housekeeping";
constexpr const char* idle = "IDLE";
constexpr const char* cleaning = "CLEANING";
// A directory that is filled as fast as it is cleaned ends nobody's patience.
constexpr int most_rounds = 1'000;

bool has_more(const json::value& reply) {
  const json::value* more = json::find(reply, "more");
  return more != nullptr && more->IsArray() && !more->Empty();
}

bool removed_any(const json::value& reply) { return json::flag_of(reply, "changed", false); }

void copy_member(const json::value& from, json::value& to, const char* name,
                 json::allocator& memory) {
  const json::value* found = json::find(from, name);
  const bool list = found != nullptr && found->IsArray();
  json::set(to, name, list ? json::copy(*found, memory) : json::value(rapidjson::kArrayType),
            memory);
}

failure none_offers() {
  return {failure_kind::not_offered,
          "no plugin of this Deployment Manager offers dm.housekeeping/1 in the version that it "
          "knows: there is nobody who could tell what is left over"};
}

}  // namespace

housekeeping_service::housekeeping_service(const application_tools& tools, const authorizer& rules,
                                           operation_runner& runner, std::mutex& admission)
    : tools_(tools), authorizer_(rules), runner_(runner), admission_(admission) {}

// Those that have the extension, and those that cannot be asked now.
std::vector<std::string> housekeeping_service::types() const {
  std::vector<std::string> result;
  for (const std::string& type : tools_.plugins.types()) {
    try {
      if (!tools_.plugins.session(type).has(plugin_extension::housekeeping)) continue;
    } catch (const failure&) {
    }
    result.push_back(type);
  }
  return result;
}

std::vector<component_record> housekeeping_service::components() {
  return tools_.memory.transact(
      [](registry_view& view) { return view.applications.rows_of_all_components(); });
}

json::document housekeeping_service::inspect(const json::value& wish, const caller& who) {
  authorizer_.check_owner(who, std::nullopt, "housekeeping:inspect");
  const auto asked = types();
  if (asked.empty()) throw none_offers();
  const auto records = components();
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value plugins(rapidjson::kArrayType);
  for (const std::string& type : asked) {
    json::value entry(rapidjson::kObjectType);
    json::set(entry, "type", type, memory);
    try {
      const plugin_reply reply = tools_.plugins.session(type).run(
          plugin_verb::inspect,
          housekeeping_request(tools_.settings.name_space, type, records, wish),
          {tools_.settings.timeouts.inspect, make_operation_id(), nullptr, {}});
      if (!reply.ok()) {
        throw to_route_failure(reply, "look for what is left over of " + type,
                               {{"kinds", "kinds"}, {"older_than_ms", "older_than_days"}});
      }
      for (const char* member : {"entries", "withheld", "more"}) {
        copy_member(reply.document, entry, member, memory);
      }
    } catch (const failure& why) {
      // The only one's failure is the answer.
      if (asked.size() == 1) throw;
      json::set(entry, "error", why.what(), memory);
    }
    plugins.PushBack(entry, memory);
  }
  json::set(body, "plugins", std::move(plugins), memory);
  return body;
}

std::optional<operation_record> housekeeping_service::under_way() {
  return tools_.memory.transact([&](registry_view& view) {
    return view.operations.find_of(noun, tools_.settings.name_space);
  });
}

// Under admission_, with nothing under way.
std::string housekeeping_service::accept(const json::value& wish, const std::string& user) {
  operation_record operation;
  operation.id = make_operation_id();
  operation.noun = noun;
  operation.name = tools_.settings.name_space;
  operation.verb = "clean";
  operation.user = user;
  operation.state_before = idle;
  operation.request = json::to_text(wish);
  runner_.accept(operation, cleaning, [](registry_view&) {});
  return operation.id;
}

std::string housekeeping_service::clean(const json::value& wish, const caller& who) {
  authorizer_.check_owner(who, std::nullopt, "housekeeping:clean");
  runner_.set_aside().check(noun, tools_.settings.name_space);
  if (types().empty()) throw none_offers();
  const std::lock_guard lock(admission_);
  if (const auto earlier = under_way()) {
    throw failure(failure_kind::conflicting_state,
                  fmt::format("a clean-up is under way, for {} since {} (operation {}); wait for "
                              "its end, or cancel it",
                              earlier->user, to_rfc3339(earlier->accepted_at), earlier->id));
  }
  return accept(wish, who.user);
}

std::optional<std::string> housekeeping_service::clean_by_schedule(const json::value& wish) {
  if (types().empty()) return std::nullopt;
  const std::lock_guard lock(admission_);
  if (under_way()) return std::nullopt;
  return accept(wish, schedule_user);
}

void housekeeping_service::clean_type(const std::string& type, const operation_record& operation,
                                      const json::value& wish, operation_context& context,
                                      housekeeping_report& report, std::vector<std::string>& gone) {
  const bool dry_run = json::flag_of(wish, "dry_run", true);
  const bool all = json::flag_of(wish, "all", false);
  const auto on_event = [&](const json::value& event) { context.progress(type, event); };
  for (int round = 0; round < most_rounds; ++round) {
    // Anew: components come and go while this goes on.
    const json::document request =
        housekeeping_request(tools_.settings.name_space, type, components(), wish);
    const plugin_reply reply =
        run_with_retries(tools_.plugins.session(type), plugin_verb::clean, request,
                         {tools_.settings.timeouts.clean, operation.id, &context.cancel, on_event});
    if (reply.status == DM_STATUS_CANCELLED && context.shutdown.requested()) {
      throw reply.to_failure("clean up " + type);
    }
    report.add(reply.document);
    if (const json::value* ids = json::find(reply.document, "gone"); ids && ids->IsArray()) {
      for (const auto& id : ids->GetArray()) {
        if (id.IsString()) gone.emplace_back(json::view(id));
      }
    }
    // When the time was up, what is left is the next call's: it goes on where this one ended.
    const bool time_was_up = reply.status == DM_STATUS_DEADLINE_EXCEEDED;
    if (!reply.ok() && !(time_was_up && removed_any(reply.document))) {
      report.add_problem(type, reply.to_failure("clean up").what());
      return;
    }
    if (reply.status == DM_STATUS_CANCELLED || dry_run) return;
    const bool goes_on = time_was_up || (all && has_more(reply.document));
    if (!goes_on || !removed_any(reply.document)) return;
  }
}

operation_outcome housekeeping_service::run(const operation_record& operation,
                                            operation_context& context) {
  const json::document wish = json::parse_or_throw(operation.request, "the journal's request");
  housekeeping_report report(json::flag_of(wish, "dry_run", true));
  std::map<std::string, std::size_t> unknown;  // id -> plugins that do not know it
  const auto asked = types();
  for (const std::string& type : asked) {
    std::vector<std::string> gone;
    try {
      clean_type(type, operation, wish, context, report, gone);
    } catch (const failure& why) {
      // Interrupted by a shutdown nothing is concluded: the next process goes on with what is left.
      if (why.kind() == failure_kind::cancelled && context.shutdown.requested()) throw;
      report.add_problem(type, why.what());
    }
    for (const std::string& id : gone) ++unknown[id];
  }
  report.set_gone(
      static_cast<std::size_t>(std::count_if(unknown.begin(), unknown.end(), [&](const auto& one) {
        return one.second >= asked.size();
      })));
  operation_outcome outcome{idle, report.text(), [](registry_view&) {}, {}};
  const bool cancelled = context.cancel.requested();
  return report.has_problems() || cancelled ? as_failed(std::move(outcome)) : outcome;
}

std::string housekeeping_service::obstacle(const operation_record& operation) {
  if (operation.verb == "clean") return {};
  return fmt::format("this version does not know how to {} what is left over",
                     printable(operation.verb));
}

operation_outcome housekeeping_service::failed(const operation_record&, const failure& why) {
  return as_failed(
      {idle,
       fmt::format("Error cleaning up {}, details: \"{}\"", class_name(why.kind()), why.what()),
       [](registry_view&) {},
       {}});
}

}  // namespace manager
