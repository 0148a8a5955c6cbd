// How a vertex is held up, as Flink 1.20.5 tells it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/back_pressure.h"

#include <catch2/catch.hpp>

#include "recorded.h"

using namespace dm::flink;
using dm::test::json_answer;
using dm::test::recorded;

namespace {
const std::string address = "http://jm:8081";
}

TEST_CASE("the level, and the subtask that has most of it") {
  const auto read =
      read_back_pressure(json_answer(recorded("rest-1.20.5.backpressure.json")), address);
  REQUIRE(read);
  CHECK(read->level == "ok");
  CHECK(read->permille == 0);
  CHECK(read->busy_permille == 999);
  const auto two = read_back_pressure(
      json_answer(R"({"backpressure-level":"high","subtasks":[{"ratio":0.2},{"ratio":0.91}]})"),
      address);
  REQUIRE(two);
  CHECK(two->permille == 910);
  CHECK_FALSE(two->busy_permille);
}

TEST_CASE("what is not measured yet is no answer") {
  CHECK_FALSE(read_back_pressure(json_answer(R"({"status":"deprecated"})"), address));
  CHECK_FALSE(read_back_pressure(json_answer("[]"), address));
  CHECK_FALSE(read_back_pressure(json_answer("", 503), address));
  const auto odd = read_back_pressure(
      json_answer(R"({"backpressureLevel":"low","subtasks":[{"ratio":"NaN"},{"ratio":-1},7]})"),
      address);
  REQUIRE(odd);
  CHECK_FALSE(odd->permille);
}

TEST_CASE("ids that may stand in a path") {
  CHECK(is_flink_id("ca88eee0095684d687a1b6495617f957"));
  for (const char* none : {"", "..", "ca88eee0095684d687a1b6495617f95",
                           "CA88EEE0095684D687A1B6495617F957", "ca88eee0095684d687a1b6495617f95/"})
    CHECK_FALSE(is_flink_id(none));
}
