// The work of starting, stopping and resuming: all components are attempted, and the outcome says
// what each does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/component_answer.h"

namespace manager {

/// STARTED when every component runs or is wanted running and awaited; else CREATED, with which one
/// failed and which ones run (E37, E47). Throws failure(cancelled) only.
operation_outcome start_application(const application_tools& tools,
                                    const operation_record& operation, operation_context& context);

/// CREATED when every component has stopped; STARTED when one is wanted running again because its
/// savepoint failed; else the state before.
operation_outcome stop_application(const application_tools& tools,
                                   const operation_record& operation, operation_context& context);

/// One component from a restore point that the request names. STARTED when it runs, or is still
/// wanted running; CREATED when it failed and nothing else is wanted running.
operation_outcome resume_component(const application_tools& tools,
                                   const operation_record& operation, operation_context& context);

/// The journal's request of an operation.
json::document request_of(const operation_record& operation);

}  // namespace manager
