// The node's queue policy: a program of the administrator's that is asked before each submission
// which queue it goes to. Its contract is the original Deployment Manager's: the requested queue is
// its only argument, none where none is requested; it prints a queue and ends with 0, or a text and
// ends with 1, 2 or 3.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/queue_answer.h"
#include "io/http.h"
#include "io/operation.h"

namespace dm::guard {

struct policy_question {
  std::string program;    // absolute path; run as this process's user
  std::string requested;  // empty: none
  std::string user;       // whose HOME, USER and LOGNAME it sees
  std::string directory;  // where it runs
  io::milliseconds limit{10'000};
};

// Runs it, bounded in time and output. Its environment is the node's alone: what a component sets
// for its client must not reach the program that judges it. Whatever keeps it from answering is an
// answer, too: not_told. An error: the operation was cancelled.
result<component::queue_answer> ask_queue_policy(const io::operation& op, io::http_client& wait,
                                                 const policy_question& question);

}  // namespace dm::guard
