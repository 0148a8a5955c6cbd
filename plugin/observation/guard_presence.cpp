// Whether somebody watches a component.
// SPDX-License-Identifier: Apache-2.0
#include "observation/guard_presence.h"

#include <fmt/format.h>

namespace dm::observation {

guard_presence presence_of_guard(const observed_facts& facts) {
  if (!facts.supervisor_answered) return guard_presence::not_known;
  return facts.process && facts.process->alive() ? guard_presence::at_work
                                                 : guard_presence::missing;
}

bool guard_given_up(const observed_facts& facts) {
  return presence_of_guard(facts) == guard_presence::missing && facts.process &&
         (facts.process->state == "EXITED" || facts.process->state == "FATAL");
}

std::string described_guard(const input::component_data& data, const observed_facts& facts) {
  switch (presence_of_guard(facts)) {
    case guard_presence::at_work:
      return {};
    case guard_presence::not_known:
      if (facts.supervisor_source.empty())
        return fmt::format("the supervisord of its node {} was not asked", data.node);
      return fmt::format("supervisord does not answer: {}", facts.supervisor_error);
    case guard_presence::missing:
      break;
  }
  if (!facts.process) {
    return fmt::format("supervisord does not know its guard's program {}", data.program);
  }
  const supervisor::process_information& process = *facts.process;
  if (!guard_given_up(facts))
    return fmt::format("its guard's program is {} in supervisord", process.state);
  return fmt::format("its guard has ended with exit code {} ({}{}); its log is {}/logs/guard.log",
                     process.exit_status, process.state,
                     process.spawn_error.empty() ? "" : ", " + process.spawn_error, data.directory);
}

}  // namespace dm::observation
