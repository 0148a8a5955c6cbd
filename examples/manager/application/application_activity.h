// The work of starting and stopping: all components are attempted, and the outcome says what each
// does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "operation/operation_runner.h"

namespace manager {

/// STARTED when every component runs or is wanted running and awaited; else CREATED, with which one
/// failed and which ones run (E37, E47). Throws failure(cancelled) only.
operation_outcome start_application(const application_tools& tools,
                                    const operation_record& operation, operation_context& context);

/// CREATED when every component has stopped; else the state before.
operation_outcome stop_application(const application_tools& tools,
                                   const operation_record& operation, operation_context& context);

}  // namespace manager
