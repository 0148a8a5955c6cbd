// Submitting an application without Flink's client: by the ResourceManager's REST and WebHDFS
// alone.
//
// All that the submission needs is prepared, and lies on HDFS, before the incarnation is claimed;
// then one request is left, which may be sent any number of times: YARN makes one application of an
// id (INV-1).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "component/direct_submission.h"
#include "component/guard_spec.h"
#include "flink/application_launch.h"
#include "guard/direct_refusal.h"
#include "io/operation.h"
#include "library/class_data.h"
#include "library/flink_libraries.h"

namespace dm::guard {

// What is to be submitted.
struct direct_order {
  std::vector<std::string> argv;  // the client's command for the incarnation
  // Flink's, as this guard has provided them; nullptr: it did not, and why.
  const library::provided_libraries* libraries = nullptr;
  std::string without_libraries;
  const library::class_data* class_data = nullptr;  // of these libraries; nullptr: none is used
};

struct direct_preparation {
  component::direct_submission submission;
  std::string document;            // what is sent
  std::string without_class_data;  // why it is not used, though it was given; empty: it is
};

class direct_submitter {
 public:
  direct_submitter(cluster::resource_manager& yarn, cluster::hdfs& hdfs,
                   const component::guard_spec& spec)
      : yarn_(yarn), hdfs_(hdfs), spec_(spec) {}

  // Asks YARN for an id, checks what YARN would take and then fail with (queue, memory, libraries),
  // and writes configuration and document to HDFS. UNAVAILABLE: could not tell; nothing of it is
  // used. What it wrote is removed on failure, best effort.
  result<std::variant<direct_preparation, direct_refusal>> prepare(const io::operation& op,
                                                                   const direct_order& order);

  // Sends it. nullopt: YARN has taken it, this time or before. A refusal is definite: YARN knows no
  // application of that id; an error is not, and the same document is to be sent again.
  result<std::optional<direct_refusal>> send(const io::operation& op,
                                             const component::direct_submission& submission,
                                             const std::string& document);

  // What was prepared, by whichever guard; nullopt: it is gone, as after an application that ended
  // in order, or it is not what the record says.
  result<std::optional<std::string>> kept(const io::operation& op,
                                          const component::direct_submission& submission);

  // Removes what was prepared. Best effort: housekeeping finds the rest.
  void discard(const component::direct_submission& submission);

 private:
  struct cluster_facts {
    std::string file_system;  // "hdfs://host:port"
    std::string class_path;   // yarn.application.classpath; may be empty
  };

  result<cluster_facts> ask_cluster(const io::operation& op);
  // What a queue, or the largest container, refuses. A value: why.
  result<std::optional<direct_refusal>> check_queue(const io::operation& op,
                                                    const flink::configuration_map& configuration);
  std::optional<direct_refusal> check_sizes(const cluster::resource_manager::new_application& given,
                                            const flink::application_launch& launch,
                                            const flink::configuration_map& configuration) const;
  result<std::variant<direct_preparation, direct_refusal>> prepare_in(
      const io::operation& op, const direct_order& order,
      const cluster::resource_manager::new_application& given,
      component::direct_submission submission);

  cluster::resource_manager& yarn_;
  cluster::hdfs& hdfs_;
  const component::guard_spec& spec_;
};

}  // namespace dm::guard
