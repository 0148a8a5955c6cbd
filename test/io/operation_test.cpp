// Deadline and cancellation (DM-19, DM-20).
#include "io/operation.h"

#include <poll.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <thread>

using dm::status_code;
using dm::io::cancellation;
using dm::io::milliseconds;
using dm::io::operation;

TEST_CASE("an operation without limits goes on") {
  const operation op;
  CHECK(op.check("anything"));
  CHECK_FALSE(op.cancelled());
  CHECK(op.remaining() == std::chrono::hours(24));
}

TEST_CASE("a passed deadline ends an operation") {
  const operation op = operation::within(milliseconds(0));
  CHECK(op.remaining() == milliseconds(0));
  const auto checked = op.check("YARN");
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == status_code::deadline_exceeded);
  CHECK(checked.error().message.find("waiting for YARN") != std::string::npos);
}

TEST_CASE("cancel is sticky, idempotent, and makes the descriptor readable for good") {
  cancellation cancel;
  pollfd waiting{cancel.descriptor(), POLLIN, 0};
  CHECK(::poll(&waiting, 1, 0) == 0);
  cancel.cancel();
  cancel.cancel();
  CHECK(cancel.cancelled());
  for (int i = 0; i < 2; ++i) CHECK(::poll(&waiting, 1, 0) == 1);
  const operation op(dm::io::steady_time::max(), &cancel);
  const auto checked = op.check("YARN");
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == status_code::cancelled);
}

TEST_CASE("a cancelled operation says cancelled, even past its deadline") {
  cancellation cancel;
  cancel.cancel();
  const operation op(std::chrono::steady_clock::now(), &cancel);
  CHECK(op.check("x").error().code == status_code::cancelled);
}

TEST_CASE("cancel leaves errno alone, as a signal handler must") {
  cancellation cancel;
  errno = 4711;
  cancel.cancel();
  CHECK(errno == 4711);
}

TEST_CASE("cancel works from another thread") {
  cancellation cancel;
  std::thread other([&] { cancel.cancel(); });
  pollfd waiting{cancel.descriptor(), POLLIN, 0};
  CHECK(::poll(&waiting, 1, 10'000) == 1);
  other.join();
  CHECK(cancel.cancelled());
}

TEST_CASE("a limited operation ends earlier, never later, and keeps cancellation and sinks") {
  cancellation cancel;
  int lines = 0;
  operation op(std::chrono::steady_clock::now() + std::chrono::hours(1), &cancel);
  op.set_log(dm::io::log_level::info, [&](dm::io::log_level, std::string_view) { ++lines; });
  const operation shorter = op.limited_to(milliseconds(50));
  CHECK(shorter.remaining() <= milliseconds(50));
  CHECK(op.limited_to(std::chrono::hours(5)).deadline() == op.deadline());
  CHECK(op.limited_to(milliseconds(-5)).remaining() == milliseconds(0));
  CHECK(op.limited_to(milliseconds::max()).deadline() == op.deadline());
  shorter.log(dm::io::log_level::info, "x");
  shorter.log(dm::io::log_level::debug, "x");
  CHECK(lines == 1);
  cancel.cancel();
  CHECK(shorter.cancelled());
}
