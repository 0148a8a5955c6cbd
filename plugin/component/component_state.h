// The states of a component, as status shows them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::component {

enum class component_state {
  created,     // laid out, never started
  starting,    // wanted; not all of the job's tasks run yet
  running,     // every task runs
  restarting,  // Flink restarts the job, again and again
  stopping,    // the job is being ended, or a stop was asked for and is not over
  stopped,     // not wanted, nothing lives; or killed from outside
  completed,   // the job ended by itself, successfully
  failed,      // given up, or nobody is there who would bring it up again; reason says why
  backoff,     // failed; the guard looks into it, or waits before the next attempt
  scheduled,   // Oozie begins its runs, and none lives at the moment
  unknown,     // the observer cannot tell
};
std::string_view to_string(component_state state);

}  // namespace dm::component
