// The work of destroying: end the job, then take away files and HDFS directories.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "operation/operation_runner.h"

#include <string>

namespace manager {

/// What becomes of the component's logs on its node: removed with it, or kept for the component
/// that is created under its name next.
enum class component_logs { remove, keep };

/// What is told of the component until the operation lays it out again or ends is what was known
/// before: its plugin would find half of its files, and advise what the operation makes wrong.
void take_apart(const application_tools& tools, const operation_record& operation,
                const component_record& component);

/// One component's job and files, by its plugin. `savepoints`: "", "keep" or "dispose". Throws
/// failure.
void destroy_component(const application_tools& tools, const operation_record& operation,
                       const component_record& component, const std::string& savepoints,
                       operation_context& context, component_logs logs = component_logs::remove);

/// One whose creation ended before its data could be written down, by its names: its plugin says
/// whether there is anything of it. One that cannot say it is asked to destroy with empty data.
/// Throws failure.
void destroy_unrecorded_component(const application_tools& tools, const operation_record& operation,
                                  const component_record& component, const std::string& savepoints,
                                  operation_context& context,
                                  component_logs logs = component_logs::remove);

/// All components, the last one first; all are attempted. Directories are deleted when all jobs
/// have ended, and none of them when one has not. Throws failure naming each component that
/// could not be destroyed; the registry's records stay then, so that the destruction can be
/// repeated.
void destroy_application(const application_tools& tools, const operation_record& operation,
                         const application_record& application, operation_context& context);

/// What a destruction that failed or was cancelled has left, by what the plugins see: the state
/// before, but CREATED when nothing is wanted any more. Throws failure(cancelled) at shutdown.
operation_outcome destroyed_in_part(const application_tools& tools,
                                    const operation_record& operation, const failure& why,
                                    operation_context& context);

}  // namespace manager
