// What those who follow the events are told about operations.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_news.h"

#include "operation/operation_document.h"

namespace manager {

void operation_news::tell(const operation_view& one) {
  events_.publish("operation", to_document(one));
}

void operation_news::tell(const ended_operation& one) {
  events_.publish("operation", to_document(one));
}

void operation_news::tell_state(const operation_record& operation, const std::string& state,
                                const std::string& information) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "name", operation.name, memory);
  json::set(body, "status", state, memory);
  json::set(body, "information", information, memory);
  json::set(body, "operation", operation.id, memory);
  events_.publish(operation.noun, body);
}

void operation_news::tell_progress(const operation_record& operation, const std::string& component,
                                   const json::value& event) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::set(body, "operation", operation.id, memory);
  json::set(body, "kind", operation.noun, memory);
  json::set(body, "object", operation.name, memory);
  json::set(body, "component", component, memory);
  json::set(body, "event", json::copy(event, memory), memory);
  events_.publish("progress", body);
}

}  // namespace manager
