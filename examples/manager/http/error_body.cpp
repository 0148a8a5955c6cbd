// Failures as HTTP answers.
// SPDX-License-Identifier: Apache-2.0
#include "http/error_body.h"

#include "base/disk_space.h"
#include "base/log.h"

namespace manager {

http_response to_response(const failure& why) {
  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  if (why.state()) {
    json::set(body, "status", why.state()->state, memory);
    json::set(body, "information", why.what(), memory);
    json::set(body, "kind", why.state()->kind, memory);
    json::set(body, "object", why.state()->object, memory);
    if (!why.state()->under_way.empty()) {
      const auto under_way = json::parse_or_throw(why.state()->under_way, "what is under way");
      json::set(body, "under_way", json::copy(under_way, memory), memory);
    }
    return http_response::of(body, http_status(why.kind()));
  }
  if (why.kind() == failure_kind::unknown) json::set(body, "status", "UNKNOWN", memory);
  json::set(body, "information", why.what(), memory);
  if (!why.problems().empty()) {
    json::value details(rapidjson::kArrayType);
    for (const problem& one : why.problems()) {
      json::value detail(rapidjson::kObjectType);
      json::set(detail, "path", one.path, memory);
      json::set(detail, "found", one.found, memory);
      json::set(detail, "allowed", one.allowed, memory);
      if (!one.message.empty()) json::set(detail, "message", one.message, memory);
      details.PushBack(detail, memory);
    }
    json::set(body, "details", std::move(details), memory);
  }
  return http_response::of(body, http_status(why.kind()));
}

http_response refusal(int status, std::string_view text) {
  json::document body = json::make_object();
  json::set(body, "information", text, body.GetAllocator());
  return http_response::of(body, status);
}

http_response response_of_current_exception() {
  try {
    throw;
  } catch (const failure& why) {
    return to_response(why);
  } catch (const std::exception& why) {
    log::error("event=request_error information={}", why.what());
    return to_response(to_failure(why));
  }
}

}  // namespace manager
