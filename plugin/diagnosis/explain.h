// The verb explain: the facts and rules that led to a component's present state.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context/session.h"
#include "input/component_data.h"
#include "observation/component_status.h"

namespace dm::diagnosis {

struct explain_request {
  input::component_data data;
};

struct explain_reply {
  std::string state;  // as status says it
  std::vector<std::string> sentences;
  std::vector<observation::evidence> facts;
  std::vector<std::string> rules;
  std::optional<error> failure;
};

// Observes the component as status does, and tells what it saw: one evaluation, not another one.
// What cannot be asked is told as that; it is no failure.
explain_reply explain(context::session& session, const io::operation& op,
                      const explain_request& request);

}  // namespace dm::diagnosis
