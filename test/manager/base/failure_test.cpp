// Classes of failures.
// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("all problems stand in the text") {
  const failure why =
      failure::invalid("Wrong", {{"$.a", "1", "text", ""}, {"$.b", "", "", "is odd"}});
  CHECK(std::string(why.what()) == "Wrong: $.a (found 1, allowed: text); $.b: is odd");
  CHECK(why.problems().size() == 2);
  CHECK(http_status(why.kind()) == 400);
  CHECK(class_name(why.kind()) == "FailedValidation");
}

TEST_CASE("a list of problems ends, and says so") {
  std::vector<problem> many(most_problems, {"$.a", "", "", "is odd"});
  CHECK(failure::invalid("Wrong", many).problems().size() == most_problems);
  many.resize(1'000'000, {"$.b", "", "", "is odd"});
  const failure why = failure::invalid("Wrong", many);
  CHECK(why.problems().size() == most_problems + 1);
  CHECK(why.problems().back().message.find("more") != std::string::npos);
  CHECK(std::string(why.what()).size() < 3000);
}

TEST_CASE("codes of the contract") {
  CHECK(http_status(failure_kind::forbidden) == 403);
  CHECK(http_status(failure_kind::not_found) == 404);
  CHECK(http_status(failure_kind::conflicting_state) == 409);
  CHECK(http_status(failure_kind::failed_creation) == 500);
  CHECK(http_status(failure_kind::failed_connection) == 503);
  CHECK(http_status(failure_kind::unknown) == 500);
  CHECK(http_status(failure_kind::not_offered) == 501);
  CHECK(class_name(failure_kind::not_offered) == "NotOffered");
  const failure refused =
      failure::wrong_state(failure_kind::not_found, {"application", "one", "X", ""}, "why");
  REQUIRE(refused.state());
  CHECK(refused.state()->state == "X");
  CHECK(refused.state()->object == "one");
  CHECK(std::string(refused.what()) == "why");
}
