// An operation of the Deployment Manager that is waited for, with its progress.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/progress.h"
#include "client/server.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace dmctl {

/// Asks for it until it has ended and returns its document then. It may be away for a while: a
/// Deployment Manager that is started again goes on with it.
/// Throws problem: unfinished when `longest` is over, interrupted, unreachable when nobody answers
/// for a minute; each says that it goes on, and how to come back to it or to cancel it.
json::document await_operation(server& manager, const std::string& id, progress& shown,
                               std::optional<std::chrono::milliseconds> longest);

/// The same of a document that tells an operation's status in another way: by another route, and
/// with `tell` for each news.
json::document await_document(server& manager, const std::string& at, const std::string& id,
                              progress& shown, std::optional<std::chrono::milliseconds> longest,
                              const std::function<void(const json::value&)>& tell);

/// By its status; done where there is none of an end.
exit_code code_of_operation(const json::value& operation);

/// Where it is, as far as that is more than its verb says; empty: it is not.
std::string_view phase_of(const json::value& operation);

/// "start counting: stream: 3 of 4 tasks run", of one that goes on.
std::string operation_news(const json::value& operation);

}  // namespace dmctl
