// How an incarnation ended and why, from whoever still knows: YARN, Flink's job archive, the
// client, the JobManager's log, the container's own files.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cluster/hdfs.h"
#include "component/component_log.h"
#include "component/guard_spec.h"
#include "component/observation.h"

namespace dm::guard {

// What is known when the end is looked into.
struct end_evidence {
  std::uint64_t epoch = 0;
  const cluster::yarn_application* application =
      nullptr;                 // nullptr: YARN does not know it (any more)
  std::string application_id;  // known from the log even when YARN forgot it
  std::string job_id;          // may be empty
  std::string client_output;   // what the client printed, may be empty
  int client_exit = 0;         // its exit code, when client_output is there; 128 + n: signal n
};

// Looks the end up; what is known for certain that nobody can say is outcome unknown. What YARN
// says of the application decides; an archive of its job explains, and decides only where YARN says
// nothing of a job that was alone in its application. UNAVAILABLE: the archive that would decide
// could not be read; look again. The governor's decision is not filled in.
result<component::end_fact> find_end(const io::operation& op, io::http_client& http,
                                     cluster::hdfs& hdfs, const component::guard_spec& spec,
                                     const end_evidence& evidence);

}  // namespace dm::guard
