// The work of creating an application: unpack, check, lay out component by component; undo on
// failure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "hdfs/hdfs_descriptor.h"
#include "operation/operation_runner.h"
#include "package/package_metadata.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// A component as it is to be made.
struct planned_component {
  component_record record;
  std::string path;  // below the staging directory
  json::document properties;
  std::vector<hdfs_directory> directories;
  bool answered = false;  // by its plugin's create, in this process
};

/// What is asked for, from the application's record and the package. Collects problems of
/// hdfs.json.
std::vector<planned_component> plan_components(const configuration& settings,
                                               const application_record& application,
                                               const package_metadata& metadata,
                                               std::vector<problem>& problems);

/// The same; throws failure with all problems.
std::vector<planned_component> plan_or_throw(const configuration& settings,
                                             const application_record& application,
                                             const package_metadata& metadata);

/// Asks each component's plugin; scope "properties" (no file, no network) or "staged" (with
/// `staged` the directory that holds the package). Throws failure with all problems of all
/// components.
void validate_components(const application_tools& tools, const application_record& application,
                         const std::vector<planned_component>& components, const std::string& scope,
                         const std::filesystem::path& staged, const std::string& correlation_id,
                         cancellation* cancel);

/// Unpacks the archive aside and lets the plugins look at its files; nothing is laid out.
void check_staged(const application_tools& tools, const application_record& application,
                  const package_metadata& metadata, const std::filesystem::path& archive,
                  const std::string& correlation_id, cancellation& cancel);

/// What becomes of components that an earlier process of the operation has laid out, when this one
/// does not come as far as to lay anything out itself.
enum class earlier_work { kept, undone };

/// Lays all components out from the archive. Throws failure after having undone what was made; what
/// could not be undone stays in the registry's components and is named in the failure. What is
/// thrown before anything was made, and `earlier` is kept, is as it came.
void lay_out_application(const application_tools& tools, const operation_record& operation,
                         const application_record& application, const package_metadata& metadata,
                         const std::filesystem::path& archive, operation_context& context,
                         earlier_work earlier = earlier_work::kept);

/// Carries the creation that the operation's request describes out. Throws as lay_out_application
/// does.
void create_application(const application_tools& tools, const operation_record& operation,
                        const application_record& application, operation_context& context);

}  // namespace manager
