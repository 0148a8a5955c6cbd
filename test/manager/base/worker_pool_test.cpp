// A queue and its threads.
// SPDX-License-Identifier: Apache-2.0
#include "base/worker_pool.h"

#include "support/manager_fixture.h"
#include "support/no_threads.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

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

TEST_CASE("a full queue refuses, what it refused never runs, and it takes again when it has room") {
  std::atomic<int> running{0};
  std::atomic<bool> go{false};
  std::vector<int> done;
  std::mutex guard;
  const auto wait = [&] {
    ++running;
    while (!go) std::this_thread::yield();
  };
  {
    manager::worker_pool pool(1, 2);
    const auto submit = [&](int number) {
      return pool.submit([&, number] {
        const std::lock_guard lock(guard);
        done.push_back(number);
      });
    };
    REQUIRE(pool.submit(wait));
    manager_test::eventually([&] { return running == 1; });
    CHECK(submit(1));
    CHECK(submit(2));
    CHECK_FALSE(submit(3));
    CHECK_FALSE(submit(4));
    go = true;
    const auto count = [&] {
      const std::lock_guard lock(guard);
      return done.size();
    };
    manager_test::eventually([&] { return count() == 2; });
    CHECK(submit(5));
    manager_test::eventually([&] { return count() == 3; });
  }
  CHECK(done == std::vector<int>{1, 2, 5});
}

TEST_CASE("a pool that ends drops what has not begun, and takes nothing more") {
  std::atomic<bool> go{false};
  std::atomic<int> ran{0};
  std::atomic<int> destroyed{0};
  struct count_end {
    std::atomic<int>& destroyed;
    ~count_end() { ++destroyed; }
  };
  std::atomic<int> refused{0};
  {
    manager::worker_pool pool(1);
    pool.submit([&] {
      ++ran;
      while (!go) std::this_thread::yield();
      // By now the pool is being destroyed.
      while (pool.submit([&] { ++ran; })) std::this_thread::yield();
      ++refused;
    });
    manager_test::eventually([&] { return ran == 1; });
    const auto ends = std::make_shared<count_end>(destroyed);
    pool.submit([&, ends] { ++ran; });
    go = true;
  }
  CHECK(refused == 1);
  CHECK(destroyed == 1);
}

TEST_CASE("a pool without any thread is an exception, not the end of the process") {
  const manager_test::no_threads none;
  CHECK_THROWS_AS(manager::worker_pool(4), std::system_error);
}
