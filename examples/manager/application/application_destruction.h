// The work of destroying: end the job, then take away files and HDFS directories.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "operation/operation_runner.h"

#include <string>

namespace manager {

/// One component's job and files, by its plugin. `savepoints`: "", "keep" or "dispose". Throws
/// failure.
void destroy_component(const application_tools& tools, const operation_record& operation,
                       const component_record& component, const std::string& savepoints,
                       operation_context& context);

/// All components, the last one first; all are attempted. Jobs end before the directories they use
/// are deleted (N1). Throws failure naming each component that could not be destroyed; the
/// registry's records stay then, so that the destruction can be repeated.
void destroy_application(const application_tools& tools, const operation_record& operation,
                         const application_record& application, operation_context& context);

}  // namespace manager
