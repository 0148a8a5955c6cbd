// What YARN's diagnostics of a failed application tell: pages of text, of which a line or two say
// why. Source: Hadoop 2.7 … 3.4, RMAppImpl, RMAppAttemptImpl, ContainersMonitorImpl,
// ContainerExecutor. And what the exit code of a TaskManager's container means.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flink/failure_class.h"

namespace dm::flink {

enum class yarn_failure_kind {
  other,         // nothing below was found; the sentence is the first line
  memory_limit,  // YARN ended the container: it used more memory than it asked for
  exit_code,     // the container's process ended by itself
  signal,        // or was killed on its machine: by the kernel, a person, a shutdown
  released,      // YARN took it back: node lost, preempted, disks failed
  localization,  // its files could not be brought to the node
  no_heartbeat,  // YARN heard nothing of the JobManager any more
  refused,       // YARN did not take the application; failure_class says why
};

struct yarn_failure {
  yarn_failure_kind kind = yarn_failure_kind::other;
  std::optional<int> exit_code;  // of the container; below 0: YARN's own code
  std::string sentence;          // one line of valid UTF-8, at most 400 bytes; empty: no text
  failure_class failure = failure_class::unknown;
};

// The number behind the first of these words and any blanks; nullopt: there is none.
std::optional<int> number_after(std::string_view text, std::string_view words);

// diagnostics: of an application that YARN itself calls FAILED; of one that ended FINISHED they are
// the program's. Line breaks may have become blanks.
yarn_failure read_yarn_diagnostics(std::string_view diagnostics);

// Of a TaskManager's container, by its NodeManager. diagnostics: YARN's words; may be empty.
// used_mb, limit_mb: the most physical memory it was seen with, and what it had asked for; below
// 0: not known.
yarn_failure read_task_manager_exit(int code, std::string_view diagnostics, std::int64_t used_mb,
                                    std::int64_t limit_mb);

}  // namespace dm::flink
