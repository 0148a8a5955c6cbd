// What the node's queue policy said before a submission (contract: exit 0 and a queue, or one of
// three exit codes and a text), as the component's log keeps it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/json.h"

namespace dm::component {

// queue: the policy named one. The three that follow are its exit codes 1, 2 and 3, a definite no;
// not_told: all else, from which nothing follows (INV-10).
enum class queue_word { queue, no_map, no_rule, not_allowed, not_told };
std::string_view to_string(queue_word word);

struct queue_answer {
  std::string requested;  // what the component asks for; empty: nothing
  queue_word word = queue_word::not_told;
  // Where the job is submitted to: the policy's queue, or the node's default where the policy has
  // none. Empty: YARN's own default, or nothing was submitted.
  std::string queue;
  std::string text;  // the policy's own words, or what kept it from answering; one bounded line

  // The policy said no, and is to be believed.
  bool refused() const { return word != queue_word::queue && word != queue_word::not_told; }
};

// One sentence for people, without a full stop.
std::string described(const queue_answer& answer);

// An object of that name, in a record of the log.
void put(io::json_writer& writer, std::string_view name, const queue_answer& answer);
// nullopt: there is none, or one of a later version whose word is not known.
std::optional<queue_answer> read_queue_answer(const io::json_value* value);

}  // namespace dm::component
