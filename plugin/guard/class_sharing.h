// Whether the JVMs of an application's containers use the class data that they were given: a JVM
// that cannot goes on without it and says nothing, so each is asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/node_manager.h"
#include "cluster/yarn_application.h"
#include "component/log_record.h"
#include "guard/guard_log.h"
#include "io/http.h"

namespace dm::guard {

// Reads once, of each container, what its JVM has written of itself (-showversion); the outcome is
// in the guard's log. One thread. Nothing depends on it.
class class_sharing {
 public:
  class_sharing(io::http_client& http, guard_log& log) : http_(http), log_(log) {}

  // running: the containers of the application, the JobManager's first. A NodeManager that does not
  // answer holds the following up for two seconds at most.
  void look(const io::operation& op, const cluster::yarn_application& application,
            const component::log_record& incarnation,
            const std::vector<cluster::container_place>& running);

 private:
  enum class answer { said, not_yet, could_not_tell };
  answer ask(const io::operation& op, const cluster::yarn_application& application,
             const component::log_record& incarnation, const cluster::container_place& container,
             std::string_view process);

  io::http_client& http_;
  guard_log& log_;
  std::string application_id_;
  std::set<std::string> done_;        // container ids
  std::map<std::string, int> asked_;  // so often, without an answer
  io::steady_time looked_at_{};
};

}  // namespace dm::guard
