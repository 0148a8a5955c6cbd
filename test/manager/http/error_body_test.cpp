// Failures as answers.
// SPDX-License-Identifier: Apache-2.0
#include "http/error_body.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <functional>
#include <string>
#include <system_error>

using namespace manager;

TEST_CASE("the contract's shapes") {
  const auto state = to_response(failure::wrong_state(
      failure_kind::conflicting_state, {"application", "one", "STARTED", ""}, "it is started"));
  CHECK(state.status == 409);
  CHECK(
      state.body ==
      R"({"status":"STARTED","information":"it is started","kind":"application","object":"one"})");
  const auto busy = to_response(
      failure::wrong_state(failure_kind::conflicting_state,
                           {"package", "a-1.0.0", "DEPLOYING", R"({"verb":"deploy"})"}, "wait"));
  CHECK(busy.body.find(R"("under_way":{"verb":"deploy"})") != std::string::npos);
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

TEST_CASE("a full disk is 507 with what to do, wherever it was found") {
  for (const auto& category :
       {std::ref(std::generic_category()), std::ref(std::system_category())}) {
    try {
      throw std::system_error(ENOSPC, category.get(), "cannot write /data/secret/path");
    } catch (...) {
      const auto answer = response_of_current_exception();
      CHECK(answer.status == 507);
      CHECK(answer.body.find("DELETE") != std::string::npos);
      CHECK(answer.body.find("/data/secret") == std::string::npos);
    }
  }
}
