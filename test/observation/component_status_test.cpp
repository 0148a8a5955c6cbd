// The words of a status.
// SPDX-License-Identifier: Apache-2.0
#include "observation/component_status.h"

#include <catch2/catch.hpp>

using namespace dm::observation;
using state = component_state;

TEST_CASE("every state has its word") {
  CHECK(to_string(state::created) == "CREATED");
  CHECK(to_string(state::starting) == "STARTING");
  CHECK(to_string(state::running) == "RUNNING");
  CHECK(to_string(state::restarting) == "RESTARTING");
  CHECK(to_string(state::stopping) == "STOPPING");
  CHECK(to_string(state::stopped) == "STOPPED");
  CHECK(to_string(state::completed) == "COMPLETED");
  CHECK(to_string(state::failed) == "FAILED");
  CHECK(to_string(state::backoff) == "BACKOFF");
  CHECK(to_string(state::unknown) == "UNKNOWN");
  CHECK(to_string(confidence::confirmed) == "confirmed");
  CHECK(to_string(confidence::stale) == "stale");
  CHECK(to_string(confidence::unknown) == "unknown");
}

TEST_CASE("every state has a word of the summary's vocabulary") {
  CHECK(summary_word(state::created, "", false) == "CREATED");
  CHECK(summary_word(state::starting, "", false) == "STARTING");
  CHECK(summary_word(state::starting, "ACCEPTED", false) == "ACCEPTED");
  CHECK(summary_word(state::starting, "SUBMITTED", false) == "SUBMITTED");
  CHECK(summary_word(state::starting, "RUNNING", false) == "STARTING");
  CHECK(summary_word(state::running, "RUNNING", false) == "RUNNING");
  CHECK(summary_word(state::stopping, "RUNNING", false) == "RUNNING");
  CHECK(summary_word(state::restarting, "RUNNING", false) == "RUNNING_WITH_ERRORS");
  CHECK(summary_word(state::backoff, "FAILED", false) == "RUNNING_WITH_ERRORS");
  CHECK(summary_word(state::stopped, "FINISHED", false) == "SUSPENDED");
  CHECK(summary_word(state::stopped, "KILLED", true) == "KILLED");
  CHECK(summary_word(state::completed, "FINISHED", false) == "FINISHED_SUCCEEDED");
  CHECK(summary_word(state::failed, "FAILED", false) == "FAILED");
  CHECK(summary_word(state::unknown, "", false) == "NOT_FOUND");
}
