// What this process has done since it began, counted where it happens: HTTP, operations, plugin
// calls. One place for the whole process, as the log is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/exposition.h"

#include <chrono>
#include <string>
#include <string_view>

namespace manager::metrics {

using clock = std::chrono::steady_clock;

/// A request was answered. route: the pattern that matched, "/applications/{application}"; empty:
/// none did. Methods that the API does not have count as "other". [any-thread]
void request_answered(std::string_view method, std::string_view route, int code,
                      clock::duration took);

/// A plugin's call of `verb` returned, or failed to: `status` is DM_STATUS's name. [any-thread]
void plugin_answered(std::string_view type, std::string_view verb, std::string_view status,
                     clock::duration took);

/// An operation is in the queue, is carried out, is neither any more. [any-thread]
void operation_queued();
void operation_begun();
void operation_left();
/// It has ended. outcome: "succeeded" or "failed"; took: without its time in the queue.
/// [any-thread]
void operation_ended(std::string_view noun, std::string_view verb, std::string_view outcome,
                     clock::duration took);

/// All of it.
void write_counted(exposition& into);

}  // namespace manager::metrics
