// Waiting for the end of an operation.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_waits.h"

#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <atomic>

using namespace manager;
using manager_test::eventually;
using std::chrono::milliseconds;

namespace {

operation_record one() {
  operation_record operation;
  operation.id = "a";
  operation.noun = "package";
  operation.name = "p";
  operation.verb = "deploy";
  return operation;
}

const auto nobody_left = [] { return false; };

}  // namespace

TEST_CASE("a wait ends with the operation, with its time, at once where nothing is under way") {
  operation_board board;
  operation_waits waits(board);
  const auto live = board.add(one());
  std::atomic<int> done{0};
  waits.wait(
      "a", milliseconds(60'000), [&] { ++done; }, nobody_left);
  waits.wait(
      "a", milliseconds(1), [&] { ++done; }, nobody_left);
  waits.wait(
      "unknown", milliseconds(60'000), [&] { ++done; }, nobody_left);
  eventually([&] { return done == 2; });
  CHECK(waits.waiting() == 1);
  board.begin(live);
  board.remove(live);
  eventually([&] { return done == 3; });
  CHECK(waits.waiting() == 0);
}

TEST_CASE("whoever waits for what is replaced waits for what replaces it") {
  operation_board board;
  operation_waits waits(board);
  const auto first = board.add(one());
  operation_record next = one();
  next.id = "b";
  const auto second = board.add(next, first);
  first->replaced_by = second;
  std::atomic<int> done{0};
  waits.wait(
      "a", milliseconds(60'000), [&] { ++done; }, nobody_left);
  board.remove(first);
  CHECK(waits.waiting() == 1);
  board.remove(second);
  eventually([&] { return done == 1; });
}

TEST_CASE("a client that left is forgotten, and an end ends all") {
  operation_board board;
  std::atomic<int> done{0};
  std::atomic<int> left{0};
  {
    operation_waits waits(board);
    board.add(one());
    waits.wait(
        "a", milliseconds(60'000), [&] { ++left; }, [] { return true; });
    eventually([&] { return waits.waiting() == 0; });
    waits.wait(
        "a", milliseconds(60'000), [&] { ++done; }, nobody_left);
  }
  CHECK(done == 1);
  CHECK(left == 0);
}
