// Failures as answers.
// SPDX-License-Identifier: Apache-2.0
#include "http/error_body.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("the contract's shapes") {
  const auto state = to_response(failure::wrong_state(failure_kind::conflicting_state, "STARTED"));
  CHECK(state.status == 409);
  CHECK(state.body == R"({"status":"STARTED"})");
  const auto forbidden = to_response({failure_kind::forbidden, "no"});
  CHECK(forbidden.status == 403);
  CHECK(forbidden.body == R"({"information":"no"})");
  const auto unknown = to_response({failure_kind::unknown, "odd"});
  CHECK(unknown.status == 500);
  CHECK(unknown.body == R"({"status":"UNKNOWN","information":"odd"})");
  const auto invalid = to_response(failure::invalid("Wrong", {{"$.a", "1", "2", ""}}));
  CHECK(invalid.status == 400);
  CHECK(
      invalid.body ==
      R"x({"information":"Wrong: $.a (found 1, allowed: 2)","details":[{"path":"$.a","found":"1","allowed":"2"}]})x");
}
