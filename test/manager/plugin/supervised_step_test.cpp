// Steps of a plugin that have no time of their own.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/supervised_step.h"

#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

using namespace manager;
using manager_test::eventually;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds a_minute{60'000};
constexpr milliseconds a_moment{50};

}  // namespace

TEST_CASE("what returns in time has returned, and what it throws is thrown") {
  int done = 0;
  CHECK(run_in_time([&] { ++done; }, {a_minute}));
  CHECK(done == 1);
  CHECK_THROWS_WITH(
      run_in_time([] { throw std::runtime_error("no luck"); }, {a_minute}, [&] { ++done; }),
      "no luck");
  CHECK(done == 1);
}

TEST_CASE("what does not return in time is left, counted, and told of when it does after all") {
  const auto stuck = stuck_plugin_calls();
  const auto go_on = std::make_shared<std::promise<void>>();
  const auto late = std::make_shared<std::atomic<int>>(0);
  CHECK_FALSE(run_in_time([may = go_on->get_future().share()] { may.wait(); }, {a_moment},
                          [late] { ++*late; }));
  CHECK(stuck_plugin_calls() == stuck + 1);
  CHECK(*late == 0);
  go_on->set_value();
  eventually([&] { return stuck_plugin_calls() == stuck; });
  CHECK(*late == 1);
}

TEST_CASE("once it is cancelled only the grace is left") {
  const auto stuck = stuck_plugin_calls();
  const auto go_on = std::make_shared<std::promise<void>>();
  cancellation cancel;
  cancel.request();
  CHECK_FALSE(run_in_time([may = go_on->get_future().share()] { may.wait(); },
                          {a_minute, &cancel, a_moment}));
  go_on->set_value();
  eventually([&] { return stuck_plugin_calls() == stuck; });
  // In the grace it may still return.
  CHECK(run_in_time([] {}, {a_minute, &cancel, a_minute}));
}

TEST_CASE("what the work holds is gone before anybody goes on: it may be a library") {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = held;
  CHECK(run_in_time([own = std::move(held)] {}, {a_minute}, [other = seen.lock()] {}));
  CHECK(seen.expired());
}
