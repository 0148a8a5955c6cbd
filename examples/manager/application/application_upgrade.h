// The work of an upgrade: another package, or the same one with other properties, in the place of
// what runs, with its state; and back when the new version does not run in time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "application/upgrade_progress.h"
#include "operation/operation_runner.h"

namespace manager {

/// Archives of an upgrade, by package_files' roles.
inline constexpr const char* upgrade_from_archive = "from";
inline constexpr const char* upgrade_to_archive = "to";

/// Goes on from the phase that the journal names. The outcome: the new version in the state that
/// the old one was in; or the old one as it was, and why; or, when not even that was possible, what
/// is left, and what to do. Throws failure(cancelled) only.
operation_outcome upgrade_application(const application_tools& tools,
                                      const operation_record& operation,
                                      operation_context& context);

/// The outcome of one that cannot be gone on with: what is there in the phase that was reached.
operation_outcome upgrade_given_up(const application_tools& tools,
                                   const operation_record& operation, const failure& why);

}  // namespace manager
