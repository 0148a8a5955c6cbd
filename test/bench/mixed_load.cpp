// Many clients at once.
// SPDX-License-Identifier: Apache-2.0
#include "mixed_load.h"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cstdio>
#include <exception>
#include <stdexcept>

namespace dm::bench {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr unsigned malformed_one_in = 20;
constexpr int small_buffer = 8 << 10;

bool is_refusal(int status) { return status >= 400 && status < 500; }

}  // namespace

load_endpoint mixed_load::endpoint_of(std::size_t number) const {
  return {options_.port, fmt::format("127.0.0.{}", 1 + number % options_.addresses)};
}

void mixed_load::run() {
  end_ = steady_clock::now() + options_.time;
  std::exception_ptr problem;
  for (std::size_t i = 0; i < options_.clients; ++i) {
    asio::co_spawn(io_, client(i), [this, &problem](std::exception_ptr thrown) {
      if (!thrown) return;
      problem = thrown;
      io_.stop();
    });
  }
  io_.run();
  if (problem) std::rethrow_exception(problem);
}

// A tenth is slow; a fiftieth follows the events.
asio::awaitable<void> mixed_load::client(std::size_t number) {
  // Not all in the same instant.
  co_await pause_for(milliseconds(number * 1000 / options_.clients));
  if (number % 10 == 3) {
    if (number % 20 == 3) {
      co_await dripping(number);
    } else {
      co_await reading_slowly(number);
    }
  } else if (number % 50 == 4) {
    co_await following(number);
  } else {
    co_await ordinary(number);
  }
}

asio::awaitable<bool> mixed_load::connected(load_connection& connection, int receive_buffer) {
  while (!connection.is_open() && !over()) {
    const bool made = co_await connection.connect(receive_buffer);
    if (made) co_return true;
    tally_.note("connections refused");
    co_await pause_for(milliseconds(200));
  }
  co_return connection.is_open();
}

asio::awaitable<void> mixed_load::ordinary(std::size_t number) {
  load_connection connection(io_, endpoint_of(number));
  mixed_requests requests(number, options_.applications, options_.query, options_.archive);
  auto last = steady_clock::now();
  while (!over()) {
    const bool kept = connection.is_open();
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const bool bad = requests.one_in(malformed_one_in);
    const mixed_request one = bad ? requests.malformed() : requests.next();
    const auto begin = steady_clock::now();
    load_connection::answer seen;
    const bool sent = co_await connection.send(one.text);
    if (sent) seen = co_await connection.receive();
    last = steady_clock::now();
    if (seen.status == 0 && kept) {
      // A server may end a connection that waits; a client asks again over another one (RFC
      // 9112, 9.3.1).
      tally_.note("connections that had ended before they were used again");
      connection.close();
      continue;
    }
    tally_.add(one.kind, seen.status, last - begin);
    if (bad && !is_refusal(seen.status)) tally_.note(one.kind + ": not refused");
    requests.accepted(seen.location);
    if (!seen.keep) connection.close();
    co_await pause_for(milliseconds(requests.around(options_.pause_ms)));
  }
  if (steady_clock::now() - last < milliseconds(2000 + 2 * options_.pause_ms)) ++alive_;
}

// Two in three end within the time for a header, the third does not.
asio::awaitable<void> mixed_load::dripping(std::size_t number) {
  load_connection connection(io_, endpoint_of(number));
  for (std::size_t round = number; !over(); ++round) {
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const bool endless = round % 3 == 0;
    const std::string text =
        request_text("GET", "/applications", {}, {}, "X-Slow: " + std::string(60, 'x') + "\r\n");
    const auto begin = steady_clock::now();
    co_await connection.drip(text, endless ? 2 : 8, milliseconds(endless ? 500 : 100));
    const load_connection::answer seen = co_await connection.receive();
    tally_.add(endless ? "slow: sends beyond the time limit" : "slow: sends slowly", seen.status,
               steady_clock::now() - begin);
    connection.close();
  }
  ++alive_;
}

asio::awaitable<void> mixed_load::reading_slowly(std::size_t number) {
  load_connection connection(io_, endpoint_of(number));
  while (!over()) {
    const bool ready = co_await connected(connection, small_buffer);
    if (!ready) break;
    const std::string text = request_text("GET", options_.large);
    const auto begin = steady_clock::now();
    const bool sent = co_await connection.send(text);
    load_connection::answer seen;
    if (sent) seen = co_await connection.receive_slowly(milliseconds(100));
    tally_.add("slow: reads slowly", seen.status, steady_clock::now() - begin);
    connection.close();
  }
  ++alive_;
}

asio::awaitable<void> mixed_load::following(std::size_t number) {
  load_connection connection(io_, endpoint_of(number));
  const std::string text = request_text("GET", "/events");
  while (!over()) {
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const bool sent = co_await connection.send(text);
    std::size_t bytes = 0;
    if (sent) bytes = co_await connection.read_away(end_);
    connection.close();
    tally_.note(over() ? "followers of events to the end"
                       : "followers of events that were cut off");
    if (bytes == 0) tally_.note("followers of events that got nothing");
  }
  ++alive_;
}

}  // namespace dm::bench
