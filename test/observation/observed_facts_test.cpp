// What the answers of the sources leave open.
// SPDX-License-Identifier: Apache-2.0
#include "observation/observed_facts.h"

#include <catch2/catch.hpp>

#include "observation/facts.h"

using namespace dm::observation;
using dm::test::facts;
using dm::test::noon;

TEST_CASE("what is left open decides who is asked next") {
  CHECK_FALSE(absence_in_question(facts().f));
  observed_facts unconfirmed = facts().application(2, "FINISHED", "SUCCEEDED").f;
  unconfirmed.absence_confirmed = false;
  CHECK(absence_in_question(unconfirmed));
  unconfirmed.applications.clear();
  CHECK(absence_in_question(unconfirmed));
  unconfirmed.yarn_answered = false;
  CHECK_FALSE(absence_in_question(unconfirmed));
  CHECK_FALSE(absence_in_question(facts().application(2, "RUNNING").f));

  CHECK_FALSE(exceptions_needed(facts().application(2, "RUNNING").job("RUNNING").f));
  CHECK(exceptions_needed(facts().application(2, "RUNNING").job("RUNNING", 1).f));
  CHECK(exceptions_needed(facts().application(2, "RUNNING").job("RESTARTING", 0).f));
  CHECK_FALSE(exceptions_needed(facts().application(2, "RUNNING").job("FINISHED", 0).f));
  CHECK_FALSE(exceptions_needed(facts().f));
  observed_facts changed = facts().application(2, "RUNNING").job("RUNNING").f;
  changed.job->last_modified_ms = (noon - std::chrono::seconds(2)).time_since_epoch().count();
  CHECK(exceptions_needed(changed));
}

TEST_CASE("the application that stands for a component is the live one of the newest epoch") {
  CHECK(chosen_application(facts().f) == nullptr);
  facts f;
  f.application(2, "RUNNING").application(3, "FAILED", "FAILED");
  CHECK(chosen_application(f.f)->id == "application_1_0002");
  f.application(4, "ACCEPTED");
  CHECK(chosen_application(f.f)->id == "application_1_0004");
  CHECK(chosen_application(
            facts().application(2, "FINISHED", "KILLED").application(3, "FAILED", "FAILED").f)
            ->id == "application_1_0003");
}
