// A queue and its threads.
// SPDX-License-Identifier: Apache-2.0
#include "base/worker_pool.h"

#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <atomic>

TEST_CASE("jobs run, at most so many at once; at the end what runs is waited for") {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  std::atomic<int> done{0};
  std::atomic<bool> go{false};
  {
    manager::worker_pool pool(2);
    for (int i = 0; i < 6; ++i) {
      pool.submit([&] {
        const int running = ++now;
        if (running > most) most = running;
        while (!go) std::this_thread::yield();
        --now;
        ++done;
      });
    }
    manager_test::eventually([&] { return now == 2; });
    CHECK(most == 2);
    go = true;
    manager_test::eventually([&] { return done == 6; });
    go = false;
    pool.submit([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      ++done;
    });
    manager_test::eventually([&] { return done == 6; });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(done == 7);
}
