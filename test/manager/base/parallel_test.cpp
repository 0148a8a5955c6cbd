// Several things at once.
// SPDX-License-Identifier: Apache-2.0
#include "base/parallel.h"

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
