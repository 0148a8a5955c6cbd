// What a flink client printed: the application, the job, and why it failed. Read as evidence only;
// YARN decides.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dm::flink {

struct client_output {
  std::vector<std::string> application_ids;  // in order of appearance, each once
  std::vector<std::string> job_ids;
  std::string exception;  // the sentence for people after "The program finished with the following
                          // exception", or empty
};

client_output read_client_output(std::string_view text);

// Why a submission or a job failed, as far as a retry is concerned.
enum class failure_class {
  unknown,
  user_exception,      // the program's own
  program_invalid,     // class missing, no jar, no job, options refused: a retry cannot help
  state_incompatible,  // restore refused or missing: a retry cannot help
  no_restore_point,    // nothing to start from that can be relied on, so nothing was submitted
  no_resources,        // queue, memory
  queue_refused,       // no such queue, no permission for it: a retry cannot help
  cluster_lost,        // connection, JobManager or container lost
};
failure_class classify_failure(std::string_view text);
std::string_view to_string(failure_class value);
failure_class parse_failure_class(std::string_view text);
bool permanent(failure_class value);

}  // namespace dm::flink
