// Operations as clients see them.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_document.h"

#include "base/clock.h"

#include <fmt/format.h>

namespace manager {
namespace {

// As many of those that go first are named; their number is always said.
constexpr std::size_t most_named = 20;

json::document begin_document(const operation_record& one, const std::string& status) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "id", one.id, memory);
  json::set(body, "verb", one.verb, memory);
  json::set(body, "kind", one.noun, memory);
  json::set(body, "object", one.name, memory);
  json::set(body, "user", one.user, memory);
  json::set(body, "status", status, memory);
  json::set(body, "state_before", one.state_before, memory);
  json::set(body, "accepted_at", to_rfc3339(one.accepted_at), memory);
  return body;
}

void set_time(json::document& body, const char* name, std::int64_t time) {
  if (time != 0) json::set(body, name, to_rfc3339(time), body.GetAllocator());
}

void set_text(json::document& body, const char* name, const std::string& text) {
  if (!text.empty()) json::set(body, name, text, body.GetAllocator());
}

void set_queue(json::document& body, const operation_view& one) {
  auto& memory = body.GetAllocator();
  json::set(body, "queued_behind", static_cast<std::int64_t>(one.waits_for.size()), memory);
  json::value ids(rapidjson::kArrayType);
  for (const std::string& id : one.waits_for) {
    if (ids.Size() == most_named) break;
    ids.PushBack(json::make_string(id, memory), memory);
  }
  json::set(body, "waits_for", std::move(ids), memory);
}

}  // namespace

json::document to_document(const operation_view& one) {
  json::document body = begin_document(one.operation, one.status);
  auto& memory = body.GetAllocator();
  set_time(body, "started_at", one.started_at);
  set_text(body, "phase", one.phase);
  set_time(body, "phase_since", one.phase_since);
  if (one.started_at == 0) set_queue(body, one);
  if (!one.progress.empty()) {
    json::value progress(rapidjson::kObjectType);
    for (const auto& [component, event] : one.progress) {
      const auto parsed = json::parse_or_throw(event, "progress");
      json::set(progress, component, json::copy(parsed, memory), memory);
    }
    json::set(body, "progress", std::move(progress), memory);
  }
  set_text(body, "cancelled_by", one.cancelled_by);
  json::set(body, "cancellable", one.no_way_back.empty(), memory);
  set_text(body, "not_cancellable_because", one.no_way_back);
  return body;
}

json::document to_document(const ended_operation& one) {
  json::document body = begin_document(one.operation, one.outcome);
  auto& memory = body.GetAllocator();
  set_time(body, "started_at", one.started_at);
  set_time(body, "ended_at", one.ended_at);
  set_text(body, "cancelled_by", one.cancelled_by);
  json::set(body, "cancellable", false, memory);
  json::set(body, "state", one.state, memory);
  json::set(body, "information", one.information, memory);
  return body;
}

json::document to_document(const set_aside_operation& one) {
  json::document body = begin_document(one.operation, "SET_ASIDE");
  json::set(body, "cancellable", false, body.GetAllocator());
  json::set(body, "not_cancellable_because", "it is left alone: " + one.why, body.GetAllocator());
  json::set(body, "information", one.explanation(), body.GetAllocator());
  return body;
}

json::document to_document(const operation_record& one) {
  json::document body = begin_document(one, "LEFT");
  json::set(body, "cancellable", false, body.GetAllocator());
  json::set(body, "not_cancellable_because",
            "this Deployment Manager is just accepting it, or is ending and leaves it to the next "
            "one, which takes it up from the journal",
            body.GetAllocator());
  return body;
}

}  // namespace manager
