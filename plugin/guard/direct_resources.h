// The files that YARN gives to the containers of an application that is submitted without Flink's
// client: what lies on HDFS already, and what is put there for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/hdfs.h"
#include "component/guard_spec.h"
#include "flink/application_launch.h"
#include "io/operation.h"
#include "library/class_data.h"
#include "library/flink_libraries.h"

namespace dm::guard {

// Of one submission, which it does not outlive. Errors are for refusal_of: UNAVAILABLE could not
// tell.
class direct_resources {
 public:
  // file_system: "hdfs://host:port"; staging: the submission's own directory on it, which is there.
  direct_resources(const io::operation& op, cluster::hdfs& hdfs, const component::guard_spec& spec,
                   std::string file_system, std::string staging)
      : op_(op),
        hdfs_(hdfs),
        spec_(spec),
        file_system_(std::move(file_system)),
        staging_(std::move(staging)) {}

  // Flink's libraries: as this guard has provided them, or as they lie in the directories that
  // somebody names (yarn.provided.lib.dirs).
  void add_libraries(const library::provided_libraries& provided);
  result<void> add_libraries(std::string_view directories);
  // The same with their class data: the jars of lib as one tar, and what else they have.
  void add_libraries(const library::provided_libraries& provided, const library::class_data& data);
  // The job's jar of this node, which lies on HDFS once for all submissions of the component.
  result<void> add_jar(const std::string& path);
  // Files and directories of this node (yarn.ship-files).
  result<void> add_shipped(std::string_view paths);
  // A file of the submission's own.
  result<void> upload(const std::string& name, std::string_view content,
                      flink::local_resource::part role);

  std::vector<flink::local_resource> take() { return std::move(list_); }

 private:
  result<void> add_directory(const std::string& path, const std::string& name,
                             const std::string& file_system, int depth);
  void add_library(std::string name, std::string uri, std::int64_t bytes, std::int64_t modified_ms);

  const io::operation& op_;
  cluster::hdfs& hdfs_;
  const component::guard_spec& spec_;
  std::string file_system_;
  std::string staging_;
  std::vector<flink::local_resource> list_;
};

}  // namespace dm::guard
