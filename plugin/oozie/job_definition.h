// workflow.xml and coordinator.xml of a component, and the configuration that a coordinator is
// submitted with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "oozie/schedule.h"

namespace dm::oozie {

// What a run's process is, and where.
struct run_command {
  action_kind kind = action_kind::ssh;
  std::string host;                  // ssh: user@host
  std::string resource_manager;      // shell: host:port, or the name of a pair
  std::string name_node;             // shell: hdfs://host:port, or that of a pair
  std::string queue;                 // shell: of the launcher; empty: YARN's own
  std::string guard;                 // absolute path of flink-guard where it runs
  std::vector<std::string> options;  // plain arguments: --spec FILE --user NAME
};

// Names, in Oozie's expressions, of what the configuration says.
inline constexpr const char* run_property = "dm_run";  // number of the run intent

// "dm-<component id>-<run>": a coordinator and its workflows are found by it, and nothing else has
// that name. Parts of it stand as ${dm_run} in the documents.
std::string job_name(std::string_view component_id, std::uint64_t run);

// INVALID_ARGUMENT: an argument is not plain; it would be split, or read by a shell or as an
// expression.
result<std::string> render_workflow(std::string_view component_id, const run_command& command);
std::string render_coordinator(std::string_view component_id, const schedule& schedule);

using job_properties = std::vector<std::pair<std::string, std::string>>;
// directory: where both documents lie on HDFS.
job_properties submission(const schedule& schedule, const std::string& user,
                          const std::string& directory, std::uint64_t run, io::wall_time now);
std::string to_xml(const job_properties& properties);

}  // namespace dm::oozie
