// What a start, a resume or an upgrade of an application would do, asked of its plugins. Touches
// nothing. `left` is requested when nobody waits for the answer any more.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "application/upgrade_progress.h"

#include <string>

namespace manager {

/// Of a start, or, with "savepoint" (and "component") in `options`, of a resume. Throws failure.
json::document plan_activity(const application_tools& tools, const application_record& application,
                             const json::value& options, const std::string& user,
                             cancellation& left);

/// Of an upgrade to `next`, whose properties are checked already. Throws failure, with all problems
/// of the new package's files.
json::document plan_upgrade(const application_tools& tools, const application_record& application,
                            const application_version& next, const std::string& user,
                            cancellation& left);

}  // namespace manager
