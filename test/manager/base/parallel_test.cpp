// Several things at once.
// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.h"

#include "support/no_threads.h"

#include <catch2/catch.hpp>

#include <array>

TEST_CASE("each is done once, never more than allowed at a time") {
  std::array<std::atomic<int>, 50> done{};
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  manager::parallel_for(done.size(), 3, [&](std::size_t i) {
    const int running = ++now;
    int seen = most;
    while (seen < running && !most.compare_exchange_weak(seen, running)) {
    }
    ++done.at(i);
    --now;
  });
  for (const auto& one : done) CHECK(one == 1);
  CHECK(most <= 3);
  manager::parallel_for(0, 3, [&](std::size_t) { FAIL("nothing to do"); });
}

TEST_CASE("where no thread can be made the caller's own does all") {
  std::array<int, 20> done{};
  const std::thread::id own = std::this_thread::get_id();
  {
    const manager_test::no_threads none;
    REQUIRE_THROWS_AS(std::thread([] {}), std::system_error);
    manager::parallel_for(done.size(), 4, [&](std::size_t i) {
      if (std::this_thread::get_id() == own) ++done.at(i);
    });
  }
  for (const int one : done) CHECK(one == 1);
}
