// The part that an application has in an operation on the fleet: some of its components are
// stopped, or started from where such a stop has left them. It is an operation of the application
// like any other, and what became of each component is written with its end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/component_answer.h"

#include <string>

namespace manager {

/// The fleet's operation that an operation of an application is a part of; empty: of none.
std::string fleet_of(const operation_record& operation);

/// Stops its components, each with a savepoint where it keeps state, and writes what each was, what
/// it goes on from, and what could not be told. Throws failure(cancelled) only, at a shutdown: the
/// next process asks the plugins again, which find what was begun.
operation_outcome stop_part(const application_tools& tools, const operation_record& operation,
                            operation_context& context);

/// Starts its components, each from exactly the point that the stop has left, those left alone that
/// anybody has started, changed or destroyed since. Throws as stop_part.
operation_outcome start_part(const application_tools& tools, const operation_record& operation,
                             operation_context& context);

/// Of a part that ended without its work: it was cancelled, or given up.
operation_outcome part_given_up(const application_tools& tools, const operation_record& operation,
                                const failure& why, std::string_view doing);

}  // namespace manager
