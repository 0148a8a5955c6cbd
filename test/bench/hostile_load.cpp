// Clients that want to keep the others out.
// SPDX-License-Identifier: Apache-2.0
#include "hostile_load.h"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace dm::bench {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int header_lines = 40'000;
constexpr int lines_at_a_time = 200;
constexpr int range_count = 1'000;
constexpr std::size_t body_bytes = 930'000;
// Who was cut comes back, but not at once: it is others that are to be kept out, not the network
// that is to be filled.
constexpr seconds comes_back{1};

// {"package":"app-1.0.0","fake":{"main":{"p0":0,"p1":1,…}}}
std::string small_members() {
  std::string text = R"({"package":"app-1.0.0","fake":{"main":{"p0":0)";
  for (int i = 1; text.size() < body_bytes; ++i) {
    fmt::format_to(std::back_inserter(text), R"(,"p{}":0)", i);
  }
  return text + "}}}";
}

std::string many_ranges() {
  std::string text = "Range: bytes=0-";
  for (int i = 1; i < range_count; ++i) text += ",0-";
  return text + "\r\n";
}

std::string many_lines(int first) {
  std::string text;
  for (int i = first; i < first + lines_at_a_time; ++i) {
    fmt::format_to(std::back_inserter(text), "X-Line-{}: {}\r\n", i, std::string(200, 'x'));
  }
  return text;
}

}  // namespace

hostile_load::hostile_load(hostile_load_options options)
    : options_(std::move(options)), body_(small_members()), ranges_(many_ranges()) {}

void hostile_load::spawn(std::size_t count, asio::awaitable<void> (hostile_load::*what)()) {
  for (std::size_t i = 0; i < count; ++i) {
    asio::co_spawn(io_, (this->*what)(), [this](std::exception_ptr thrown) {
      if (!thrown) return;
      problem_ = thrown;
      io_.stop();
    });
  }
}

void hostile_load::run_until(clock::time_point end, const std::function<void()>& began) {
  end_ = end;
  began_ = began;
  if (options_.idle + options_.dripping == 0 && began_) began_();
  spawn(options_.idle, &hostile_load::idle);
  spawn(options_.dripping, &hostile_load::drip);
  spawn(options_.headers, &hostile_load::send_headers);
  spawn(options_.ranges, &hostile_load::ask_for_ranges);
  spawn(options_.bodies, &hostile_load::send_bodies);
  asio::steady_timer timer(io_);
  timer.expires_at(end);
  timer.async_wait([this](const boost::system::error_code&) {
    open_at_the_end_ = open_;
    io_.stop();
  });
  io_.run();
  if (problem_) std::rethrow_exception(problem_);
}

void hostile_load::has_connected() {
  ++connected_;
  if (connected_ == options_.idle + options_.dripping && began_) began_();
}

asio::awaitable<bool> hostile_load::connected(load_connection& connection) {
  while (!connection.is_open() && !over()) {
    const bool made = co_await connection.connect();
    if (made) co_return true;
    tally_.note("attackers: connections refused");
    co_await pause_for(comes_back);
  }
  co_return connection.is_open();
}

asio::awaitable<void> hostile_load::idle() {
  load_connection connection(io_, {options_.port, options_.from});
  const std::string text = request_text("GET", "/healthz");
  for (bool first = true; !over(); first = false) {
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const auto begin = clock::now();
    const bool sent = co_await connection.send(text);
    load_connection::answer seen;
    if (sent) seen = co_await connection.receive();
    tally_.add("attackers: the one request of the idle", seen.status, clock::now() - begin);
    if (first) has_connected();
    if (seen.keep) {
      ++open_;
      co_await connection.read_away(end_);
      --open_;
      if (!over()) tally_.note("attackers: idle connections that the server has ended");
    }
    connection.close();
    co_await pause_for(comes_back);
  }
}

asio::awaitable<void> hostile_load::drip() {
  load_connection connection(io_, {options_.port, options_.from});
  const std::string begin_text = "GET /applications HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  const std::string line = "x: y\r\n";
  for (bool first = true; !over(); first = false) {
    const bool ready = co_await connected(connection);
    if (!ready) break;
    bool sent = co_await connection.send(begin_text);
    if (first) has_connected();
    ++open_;
    while (sent && !over()) {
      co_await pause_for(seconds(1));
      sent = co_await connection.send(line);
    }
    --open_;
    if (!over()) tally_.note("attackers: dripping connections that the server has ended");
    connection.close();
    co_await pause_for(comes_back);
  }
}

asio::awaitable<void> hostile_load::send_headers() {
  const std::string begin_text = "GET /applications HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  while (!over()) {
    load_connection connection(io_, {options_.port, options_.from});
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const auto begin = clock::now();
    bool sent = co_await connection.send(begin_text);
    for (int i = 0; sent && i < header_lines; i += lines_at_a_time) {
      const std::string lines = many_lines(i);
      sent = co_await connection.send(lines);
    }
    const load_connection::answer seen = co_await connection.receive();
    tally_.add("attackers: 40,000 header lines", seen.status, clock::now() - begin);
  }
}

asio::awaitable<void> hostile_load::ask_for_ranges() {
  load_connection connection(io_, {options_.port, options_.from});
  const std::string text = request_text("GET", options_.large, {}, {}, ranges_);
  while (!over()) {
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const auto begin = clock::now();
    const bool sent = co_await connection.send(text);
    load_connection::answer seen;
    if (sent) seen = co_await connection.receive();
    tally_.add("attackers: 1,000 ranges of a record", seen.status, clock::now() - begin);
    if (seen.bytes > (2U << 20))
      tally_.note("attackers: answers to ranges that were longer than the record");
    if (!seen.keep) connection.close();
  }
}

asio::awaitable<void> hostile_load::send_bodies() {
  load_connection connection(io_, {options_.port, options_.from});
  const std::string create = request_text("PUT", "/applications/large" + options_.query, body_);
  const std::string plan = request_text("POST", "/applications/app-0/plan" + options_.query, body_);
  for (bool other = false; !over(); other = !other) {
    const bool ready = co_await connected(connection);
    if (!ready) break;
    const auto begin = clock::now();
    const bool sent = co_await connection.send(other ? plan : create);
    load_connection::answer seen;
    if (sent) seen = co_await connection.receive();
    tally_.add(other ? "attackers: plan with 930 kB" : "attackers: creation with 930 kB",
               seen.status, clock::now() - begin);
    if (!seen.keep) connection.close();
  }
}

}  // namespace dm::bench
