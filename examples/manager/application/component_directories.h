// The HDFS directories of a component (hdfs.json): made at creation, taken away at destruction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "base/cancellation.h"
#include "hdfs/hdfs_descriptor.h"
#include "operation/operation_handler.h"

#include <string>
#include <vector>

namespace manager {

/// The list kept in the component's descriptors.
std::vector<hdfs_directory> directories_of(const component_record& component);
std::string descriptors_text(const std::vector<hdfs_directory>& directories);

/// Looks which levels exist, so that what is about to be made is known before it is made.
/// `earlier` is what an interrupted creation recorded: what that one made is still ours.
void find_missing_levels(const application_tools& tools, std::vector<hdfs_directory>& directories,
                         const std::vector<hdfs_directory>& earlier, cancellation& cancel);

/// Makes them with the rights of `owner`, who runs the application; where those do not suffice and
/// the path is below one of hdfs_directory_roots, as webhdfs_user, who gives what did not exist
/// there to `owner`. Throws failure: forbidden elsewhere. (What is below hdfs_refused_roots
/// read_hdfs_descriptor has refused.)
void make_directories(const application_tools& tools,
                      const std::vector<hdfs_directory>& directories, const std::string& owner,
                      cancellation& cancel);

/// Undoes make_directories: takes away what was made and is empty, level by level.
void unmake_directories(const application_tools& tools,
                        const std::vector<hdfs_directory>& directories, cancellation& cancel);

/// delete_on_undeploy: what the Deployment Manager made it deletes as webhdfs_user, anything else
/// as `owner`, with that account's rights only. Levels that another application uses stay; one of
/// the same owner then deletes them in its turn. Returns a sentence for each that had to stay.
std::vector<std::string> delete_directories(const application_tools& tools,
                                            const operation_record& operation,
                                            const component_record& component,
                                            const std::string& owner, operation_context& context);

}  // namespace manager
