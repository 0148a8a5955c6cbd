// One verb of one component, or of several at once, and what their plugins answered.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "application/refusal_advice.h"
#include "operation/operation_runner.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct component_answer {
  component_record component;
  std::optional<failure> problem;
  std::string state;          // "RUNNING", where the plugin says one
  std::string text;           // for people
  std::string desired;        // RUNNING or STOPPED, concluded where the plugin does not say it
  bool says_running = false;  // the plugin itself said that RUNNING is desired
  std::string savepoint;      // id of the one that a stop has taken
  std::string savepoint_path;
  std::string savepoint_state;     // "COMPLETED"
  std::int64_t epoch = 0;          // of the run that it is of; 0: not told
  std::string code;                // "FAILED_PRECONDITION", where the plugin refused it itself
  std::string reason;              // its reason_code, where it has one (refusal_advice.h)
  std::string restore_point;       // path of what a start goes on from, once it is known
  bool tells_start_point = false;  // restore_point is known, if only as none
  bool desired_untold = false;     // the plugin itself could not tell what is desired
};

struct component_question {
  plugin_verb verb;
  std::chrono::milliseconds timeout;
  /// The verb's own members for a component; an object. Must be callable from any thread.
  std::function<json::document(const component_record&)> options;
  /// Who asks, and so in whose words a refusal says what to do.
  advice_front front = advice_front::none;
};

/// Asks the components' plugins, some at a time, and returns the answers in the order of the
/// records. Throws failure(cancelled) only: interrupted by a shutdown nothing is concluded, the
/// next process asks again. Of an operation that a user cancelled the answers say so.
std::vector<component_answer> ask_components(const application_tools& tools,
                                             const operation_record& operation,
                                             const component_question& question,
                                             const std::vector<component_record>& components,
                                             operation_context& context);

/// The outcome of a verb: the application's new state, and what is desired of each component.
operation_outcome conclude(const operation_record& operation, const std::string& state,
                           const std::string& information,
                           const std::vector<component_answer>& answers,
                           operation_end end = operation_end::succeeded);

/// One component says it in its own words; of several, each is named.
std::string all_described(const std::vector<component_answer>& answers);

std::vector<component_record> components_of(registry& memory, const std::string& application);

}  // namespace manager
