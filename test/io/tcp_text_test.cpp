// A text sent to a TCP port.
// SPDX-License-Identifier: Apache-2.0
#include "io/tcp_text.h"

#include <catch2/catch.hpp>
#include <future>

#include "../support/text_receiver.h"

using namespace dm::io;
using dm::status_code;
using dm::test::text_receiver;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

}  // namespace

TEST_CASE("all of a text arrives, a long one too") {
  text_receiver server;
  const std::string text(GENERATE(1, 5'000'000), 'x');
  auto received = std::async(std::launch::async, [&] { return server.received(); });
  REQUIRE(send_text(in_time, "127.0.0.1", server.port(), text));
  CHECK(received.get() == text);
}

TEST_CASE("a port where nobody listens is UNAVAILABLE, with the address") {
  std::uint16_t port = 0;
  {
    const text_receiver gone;
    port = gone.port();
  }
  const auto sent = send_text(in_time, "127.0.0.1", port, "a");
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == status_code::unavailable);
  CHECK(sent.error().message.find("127.0.0.1:" + std::to_string(port)) != std::string::npos);
}

TEST_CASE("who does not read holds nobody beyond the deadline") {
  const text_receiver silent;
  const auto begun = std::chrono::steady_clock::now();
  const auto sent = send_text(operation::within(std::chrono::milliseconds(200)), "127.0.0.1",
                              silent.port(), std::string(64 << 20, 'x'));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == status_code::deadline_exceeded);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
}

TEST_CASE("after the deadline nothing is tried") {
  const auto sent = send_text(operation::within(std::chrono::milliseconds(0)), "127.0.0.1", 1, "a");
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == status_code::deadline_exceeded);
}
