// What the files of a JobManager's container tell of its end: its log, and what the JVM and the
// shell before it wrote.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cluster/yarn_application.h"
#include "flink/failure_class.h"
#include "io/http.h"

namespace dm::guard {

struct container_cause {
  std::string sentence;  // empty: nothing was found
  std::string source;    // "JobManager log", "JobManager's jobmanager.err"
  flink::failure_class failure = flink::failure_class::unknown;
  std::string frame;        // where it was thrown; empty: not known
  bool before_log = false;  // it stands in an error file, and Flink's log had not begun
};

// Asks the NodeManager, and the log server that it names when the logs have been aggregated.
container_cause find_container_cause(const io::operation& op, io::http_client& http,
                                     const cluster::yarn_application& application);

}  // namespace dm::guard
