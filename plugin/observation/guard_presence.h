// Whether somebody watches a component, by its supervisord's word.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "input/component_data.h"
#include "observation/observed_facts.h"

namespace dm::observation {

enum class guard_presence {
  at_work,    // supervisord runs it, or is about to
  missing,    // supervisord does not run it, and will not by itself
  not_known,  // another node's, or supervisord does not answer
};
guard_presence presence_of_guard(const observed_facts& facts);
// It has ended, or could not be started: supervisord has given it up.
bool guard_given_up(const observed_facts& facts);

// In what form it is missing, or why that is not known: one clause. Empty when it is at work.
std::string described_guard(const input::component_data& data, const observed_facts& facts);

}  // namespace dm::observation
