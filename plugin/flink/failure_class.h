// Why a submission or a job failed, as far as a retry is concerned. Decided by full class names of
// Flink, Hadoop and the JDK and by who threw, never by a text that a program may have written
// (INV-11): a program that speaks like Flink has failed like any other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "flink/exception_text.h"

namespace dm::flink {

enum class failure_class {
  unknown,
  user_exception,        // the program's own
  program_invalid,       // its class file, its jar or its options, as Flink says
  not_started,           // the JobManager's process ended before Flink ran in it
  state_incompatible,    // restore refused or missing
  no_restore_point,      // nothing to start from that can be relied on, so nothing was submitted
  memory_exceeded,       // YARN ended a container that used more memory than it had asked for
  no_resources,          // memory, cores, slots: what the cluster has now
  queue_refused,         // no such queue, closed, or no permission for it: what it says now
  queue_policy_refused,  // the node's queue policy allows it no queue
  cluster_lost,          // connection, JobManager or container lost
  cluster_not_ready,     // HDFS full or in safe mode, KDC or ZooKeeper away
  submission_timeout,    // the client had submitted nothing when its time was over
  node_trouble,          // the client could not be started or kept on this node, for now
  start_refused,         // this node refuses to start the client: no permission, no program
};

// Whose trouble it is: the restart budget is for the program's; the cluster's is waited out.
enum class budget { program, cluster };
budget budget_of(failure_class value);
// A retry cannot help, by the program's own proof.
bool permanent(failure_class value);

// Of a chain as exception_chain gives it. Without a class or frames that prove more, the program's
// exception is user_exception and the platform's unknown.
failure_class classify_failure(const std::vector<exception_cause>& chain);
// Of a stack trace, with nothing around it.
failure_class classify_failure(std::string_view stack_trace);

std::string_view to_string(failure_class value);
failure_class parse_failure_class(std::string_view text);

}  // namespace dm::flink
