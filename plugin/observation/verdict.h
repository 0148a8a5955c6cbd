// What comes of the facts about one component: its state, how sure that is, and why. Inside
// observation only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flink/failure_class.h"
#include "input/component_data.h"
#include "observation/component_status.h"
#include "observation/observed_facts.h"
#include "observation/rule.h"
#include "observation/sentence.h"

namespace dm::observation {

struct verdict {
  component_state state = component_state::unknown;
  enum confidence confidence = confidence::confirmed;
  sentence reason;
  io::wall_time since{};       // zero: not known
  std::string application_id;  // where it comes from the log; empty: as YARN shows it
  std::string job_id;
  flink::failure_class failure = flink::failure_class::unknown;  // of the end that it rests on
  std::optional<bool> watched;  // of what lives and is wanted: whether a guard follows it
  bool damage_told = false;     // the reason has facts.damage already
  std::vector<rule> rules;      // what it follows by, in the order in which they were applied

  verdict() = default;
  verdict(component_state value, std::string why, rule because)
      : state(value), reason(std::move(why)), rules{because} {}
  void also(rule because) { rules.push_back(because); }
};

// An application lives, by YARN's word.
verdict of_live_application(const input::component_data& data, const observed_facts& facts,
                            const cluster::yarn_application& application);
// Its job, by the JobManager's.
verdict of_job(const input::component_data& data, const observed_facts& facts);

// No application lives, by YARN's word, and the log was read.
verdict of_nothing_live(const input::component_data& data, const observed_facts& facts);
// Of a wanted component whose runs Oozie begins: none is under way. The log was read.
bool awaits_run(const input::component_data& data, const component::log_snapshot& log);
// The same of that one: its state is that of its schedule, whatever the run before came to.
verdict of_schedule(const input::component_data& data, const observed_facts& facts);
// What the log says of it where it is not wanted.
verdict of_unwanted(const input::component_data& data, const observed_facts& facts);
// What the end of the newest incarnation makes of a wanted component.
verdict of_end(const observed_facts& facts, const component::end_fact& end);

// YARN is silent: what was last known, and never more than that (INV-4).
verdict of_silence(const input::component_data& data, const observed_facts& facts);

}  // namespace dm::observation
