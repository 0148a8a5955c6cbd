// Answers of routes that begin an operation or tell of one: at once, or, with ?wait=<seconds>, when
// the operation has ended.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_message.h"
#include "routes/routes.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace manager {

/// The longest wait, in seconds.
inline constexpr int longest_wait = 300;

/// ?wait=<whole seconds, 0 to 300>. nullopt: not given, or true or false, which are a plugin's.
/// Throws failure(failed_validation). To be called before anything is accepted.
std::optional<std::chrono::seconds> wait_of(const http_request& request);

/// What a write that was accepted answers: 202 with Location: /operations/<id> and the given body;
/// with ?wait the operation's document, 200 when it has ended, else 202.
http_response accepted(const route_tools& tools, const http_request& request,
                       const std::string& operation,
                       http_response at_once = http_response::accepted());

/// What a status route answers: `answer` at once; with ?wait when the object's operation under way
/// has ended, or at the end of the wait.
http_response when_settled(const route_tools& tools, const http_request& request,
                           const std::string& noun, const std::string& name,
                           std::function<http_response()> answer);

/// The document of an operation that waits, runs, has ended or was left, as `who` may read it;
/// throws failure(not_found).
json::document document_of(const route_tools& tools, const std::string& operation,
                           const caller& who);

/// "under_way": the object's operation that waits or runs, with its phase; nothing where there is
/// none.
void add_under_way(json::document& into, const route_tools& tools, const std::string& noun,
                   const std::string& name);

/// "set_aside": the documents of those of the object that are left alone; nothing where there are
/// none.
void add_set_aside(json::document& into, const route_tools& tools, const std::string& noun,
                   const std::string& name);

}  // namespace manager
