// What was tried, in the words of what went wrong.
// SPDX-License-Identifier: Apache-2.0
#include "base/attempt.h"

#include <catch2/catch.hpp>

#include <cerrno>
#include <functional>
#include <stdexcept>

using namespace manager;

namespace {

failure failed(const std::function<void()>& work) {
  try {
    attempt_to("start component fake/main", work);
  } catch (const failure& why) {
    return why;
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

}  // namespace

TEST_CASE("what succeeds gives what it gives") {
  CHECK(attempt_to("count", [] { return 7; }) == 7);
  attempt_to("do nothing", [] {});
}

TEST_CASE("what fails says what was tried, once, and stays what it is") {
  const failure why = failed([] {
    throw failure(failure_kind::cancelled, "cancelled by ada", {{"$.a", "1", "2", ""}});
  });
  CHECK(why.kind() == failure_kind::cancelled);
  CHECK(std::string(why.what()) == "start component fake/main: cancelled by ada");
  CHECK(why.problems().size() == 1);
  const failure told = failed([] {
    throw failure(failure_kind::unknown, "start component fake/main: INTERNAL: no reason");
  });
  CHECK(std::string(told.what()) == "start component fake/main: INTERNAL: no reason");
  const failure refused = failed([] {
    throw failure::wrong_state(failure_kind::not_found, {"package", "a-1.0.0", "NOTDEPLOYED", ""},
                               "no");
  });
  REQUIRE(refused.state());
  CHECK(refused.state()->object == "a-1.0.0");
}

TEST_CASE("errors of the system are failures; a full disk says what to do") {
  const failure full =
      failed([] { throw std::system_error(ENOSPC, std::generic_category(), "cannot write"); });
  CHECK(full.kind() == failure_kind::no_space);
  CHECK_THAT(full.what(), Catch::Matchers::StartsWith("start component fake/main: ") &&
                              Catch::Matchers::Contains("disk is full"));
  const failure other =
      failed([] { throw std::system_error(ENOTDIR, std::generic_category(), "cannot make it"); });
  CHECK(other.kind() == failure_kind::failed_creation);
  CHECK_THROWS_AS(attempt_to("x", [] { throw std::logic_error("a fault"); }), std::logic_error);
}
