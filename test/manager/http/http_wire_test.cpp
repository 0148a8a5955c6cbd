// The bytes of one connection as a server wants them.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_wire.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <string>

using namespace manager;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr auto long_enough = std::chrono::milliseconds(10'000);

// A wire and the other end of it.
struct connected {
  asio::io_context io{1};
  asio::local::stream_protocol::socket client{io};
  std::shared_ptr<http_wire> wire;

  explicit connected(std::size_t header_bytes = 1000) {
    asio::local::stream_protocol::socket server{io};
    asio::local::connect_pair(client, server);
    wire = std::make_shared<http_wire>(
        io, make_plain_transport(http_transport::socket(std::move(server))), header_bytes);
  }
  void send(const std::string& bytes) { asio::write(client, asio::buffer(bytes)); }
  void run(std::function<asio::awaitable<void>()> steps) {
    bool ended = false;
    const auto all = [&steps, &ended]() -> asio::awaitable<void> {
      co_await steps();
      ended = true;
    };
    asio::co_spawn(io, all, asio::detached);
    io.restart();
    io.run();
    REQUIRE(ended);
  }
};

}  // namespace

TEST_CASE("a head is read as it comes, and what follows it is the body's, and the next request's") {
  connected c;
  c.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n\r\n");
  c.run([&]() -> asio::awaitable<void> {
    http_wire::parser first;
    first.eager(false);
    http_wire::error failed = co_await c.wire->read_head(first, long_enough);
    CHECK_FALSE(failed);
    CHECK(first.get().target() == "/a");
    first.eager(true);
    const std::function<std::chrono::milliseconds()> within = [] { return long_enough; };
    const std::string piece = co_await c.wire->read_piece(first, within, failed);
    CHECK(piece == "abc");
    CHECK(first.is_done());
    http_wire::parser second;
    failed = co_await c.wire->wait_for_bytes(1ms);
    CHECK_FALSE(failed);
    failed = co_await c.wire->read_head(second, long_enough);
    CHECK_FALSE(failed);
    CHECK(second.get().target() == "/b");
  });
}

TEST_CASE("a step that comes to its deadline says so, and the wire can still be written to") {
  connected c;
  c.send("GET /a HTTP/1.1\r\nHo");
  c.run([&]() -> asio::awaitable<void> {
    http_wire::parser head;
    const http_wire::error failed = co_await c.wire->read_head(head, 20ms);
    CHECK(failed);
    CHECK(c.wire->timed_out());
    const bool sent = co_await c.wire->write_all("late", long_enough);
    CHECK(sent);
    CHECK_FALSE(c.wire->timed_out());
  });
  std::string got(4, '\0');
  asio::read(c.client, asio::buffer(got));
  CHECK(got == "late");
}

TEST_CASE("a head longer than what is granted is an error, however it comes") {
  connected c(100);
  c.send("GET /a HTTP/1.1\r\nX: " + std::string(300, 'x') + "\r\n\r\n");
  c.run([&]() -> asio::awaitable<void> {
    http_wire::parser head;
    head.header_limit(100);
    const http_wire::error failed = co_await c.wire->read_head(head, long_enough);
    CHECK(failed == boost::beast::http::error::header_limit);
    CHECK_FALSE(c.wire->timed_out());
  });
}

TEST_CASE("what a client still sends is taken before the end, but not without end") {
  connected c;
  c.send("much that nobody reads");
  c.client.shutdown(asio::socket_base::shutdown_send);
  c.run([&]() -> asio::awaitable<void> {
    co_await c.wire->drain(long_enough);
    CHECK_FALSE(c.wire->timed_out());
  });
  connected silent;
  silent.run([&]() -> asio::awaitable<void> {
    co_await silent.wire->drain(20ms);
    CHECK(silent.wire->timed_out());
  });
}

TEST_CASE("nothing is written to a wire that was closed") {
  connected c;
  c.wire->close();
  c.run([&]() -> asio::awaitable<void> {
    const bool sent = co_await c.wire->write_all("x", long_enough);
    CHECK_FALSE(sent);
  });
}
