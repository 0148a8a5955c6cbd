// Endurance: what goes wrong is tried again, with pauses that grow and have an end.
// SPDX-License-Identifier: Apache-2.0
#include "guard/endurance.h"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "component/guard_spec.h"

using dm::error;
using dm::fail;
using dm::result;
using dm::status_code;
using dm::guard::endure;
using dm::guard::growing_pause;
using dm::io::milliseconds;

TEST_CASE("pauses double up to five minutes, each within 20 % of it") {
  growing_pause pause(milliseconds(1000));
  milliseconds expected(1000);
  for (int i = 0; i < 20; ++i) {
    const milliseconds given = pause.next();
    CAPTURE(i, given.count());
    CHECK(given >= expected * 8 / 10);
    CHECK(given <= expected * 12 / 10);
    expected = std::min(expected * 2, dm::guard::longest_delay);
  }
  pause.reset();
  CHECK(pause.next() <= milliseconds(1200));
}

TEST_CASE(
    "an error and an exception are reported and tried again; the code of a success is given") {
  dm::io::http_client wait;
  std::vector<std::string> reported;
  int attempts = 0;
  const int code = endure(
      {}, wait, growing_pause(milliseconds(1)),
      [&](const error& problem) { reported.push_back(problem.text()); },
      [&]() -> result<int> {
        switch (++attempts) {
          case 1:
            return fail(status_code::resource_exhausted, "No space left on device");
          case 2:
            throw std::runtime_error("Too many open files");
          default:
            return dm::component::guard_exit_failed;
        }
      });
  CHECK(code == dm::component::guard_exit_failed);
  CHECK(attempts == 3);
  REQUIRE(reported.size() == 2);
  CHECK(reported[0].find("No space left") != std::string::npos);
  CHECK(reported[1].find("Too many open files") != std::string::npos);
}

TEST_CASE("told to end while it waits: done, without another attempt") {
  dm::io::http_client wait;
  dm::io::cancellation cancel;
  int attempts = 0;
  const int code = endure(
      dm::io::operation(dm::io::steady_time::max(), &cancel), wait,
      growing_pause(dm::guard::longest_delay), [&](const error&) { cancel.cancel(); },
      [&]() -> result<int> {
        ++attempts;
        return fail(status_code::not_found, "no such user");
      });
  CHECK(code == dm::component::guard_exit_done);
  CHECK(attempts == 1);
}
