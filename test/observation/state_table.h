// States that follow from facts, as a table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "observation/facts.h"

namespace dm::test {

struct state_row {
  const char* what;
  facts given;
  observation::component_state expected;
  enum observation::confidence confidence;
  const char* reason;  // part of it; "" for none at all; nullptr for any
};

inline void check_states(const std::vector<state_row>& table) {
  for (const state_row& r : table) {
    CAPTURE(r.what);
    const observation::component_status status = r.given.evaluated();
    CAPTURE(status.reason);
    CHECK(to_string(status.state) == to_string(r.expected));
    CHECK(to_string(status.confidence) == to_string(r.confidence));
    if (r.reason != nullptr && std::string(r.reason).empty()) CHECK(status.reason.empty());
    if (r.reason != nullptr) CHECK(status.reason.find(r.reason) != std::string::npos);
    CHECK_FALSE(status.summary.empty());
    CHECK_FALSE(status.proof.empty());
    CHECK_FALSE(status.rules.empty());
    CHECK(status.observed_at == noon);
    CHECK(status.name == component_record().name);
  }
}

}  // namespace dm::test
