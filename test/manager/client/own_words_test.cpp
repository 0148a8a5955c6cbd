// The API's terms, in dmctl's.
// SPDX-License-Identifier: Apache-2.0
#include "client/own_words.h"

#include <catch2/catch.hpp>

using dmctl::in_own_words;

TEST_CASE("routes become commands") {
  CHECK(in_own_words("Wait for its end (GET /operations/1f?wait=60), or cancel it (DELETE "
                     "/operations/1f)") ==
        "Wait for its end (dmctl wait 1f), or cancel it (dmctl cancel 1f)");
  CHECK(in_own_words("there is no application a: GET /applications lists those that there are, PUT "
                     "/applications/a makes it") ==
        "there is no application a: dmctl list applications lists those that there are, dmctl "
        "create a makes it");
  CHECK(in_own_words("GET /applications/a/savepoints lists them") ==
        "dmctl list savepoints a lists them");
  CHECK(in_own_words("x; GET /repository/packages lists what is.") ==
        "x; dmctl list repository lists what is.");
  CHECK(in_own_words("POST /applications/a/savepoints/s-1/resume") == "dmctl resume a s-1");
}

TEST_CASE("members of bodies and queries become options") {
  CHECK(in_own_words("\"savepoint\": false cancels the job, \"kill\": true kills it") ==
        "--no-savepoint cancels the job, --kill kills it");
  CHECK(in_own_words("end the job without a savepoint (kill=true)") ==
        "end the job without a savepoint (--kill)");
  // As it stands in the quotes of an operation's information.
  CHECK(in_own_words(R"(details: "\"kill\": true kills it")") == R"(details: "--kill kills it")");
  CHECK(in_own_words("POST /fleet/stop with \"if_not_saved\": \"cancel\" ends it") ==
        "dmctl fleet stop with --if-not-saved cancel ends it");
  CHECK(in_own_words("start with \"accept_state_loss\": true to begin anew") ==
        "start with --accept-state-loss to begin anew");
}

TEST_CASE("what dmctl does not know stays as it is") {
  for (const char* text : {"", "GET", "GET /", "GET /somewhere/else", "BUDGET /applications",
                           "GET http://host/applications", "skill=true", "\"other\": true",
                           "see /applications", "DELETE /packages, /repository/packages"}) {
    CHECK(in_own_words(text) == text);
  }
}
