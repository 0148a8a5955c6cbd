// Many clients at once, as they come: most ask and change things, some are slow, some send
// nonsense, some follow the events. Coroutines of one thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_connection.h"
#include "load_tally.h"
#include "mixed_requests.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace dm::bench {

struct mixed_load_options {
  std::uint16_t port = 0;
  std::size_t clients = 500;
  std::size_t addresses = 5;  // that they come from, each a peer of its own for the server
  std::size_t applications = 40;
  unsigned pause_ms = 100;  // of a client between two requests, on average
  std::chrono::seconds time{60};
  std::string query;    // "?user.name=…"
  std::string archive;  // of app-1.0.0
  std::string large;    // the path of a record that is large, for who reads slowly
};

class mixed_load {
 public:
  explicit mixed_load(mixed_load_options options) : options_(std::move(options)) {}

  /// Returns when the time is over and each client has ended.
  void run();
  const load_tally& tally() const { return tally_; }
  /// Clients that have asked for something in the last second of the load: the others hang.
  std::size_t alive_at_the_end() const { return alive_; }

 private:
  boost::asio::awaitable<void> client(std::size_t number);
  boost::asio::awaitable<void> ordinary(std::size_t number);
  boost::asio::awaitable<void> dripping(std::size_t number);
  boost::asio::awaitable<void> reading_slowly(std::size_t number);
  boost::asio::awaitable<void> following(std::size_t number);
  boost::asio::awaitable<bool> connected(load_connection& connection, int receive_buffer = 0);

  load_endpoint endpoint_of(std::size_t number) const;
  bool over() const { return std::chrono::steady_clock::now() >= end_; }

  mixed_load_options options_;
  boost::asio::io_context io_{1};
  std::chrono::steady_clock::time_point end_;
  load_tally tally_;
  std::size_t alive_ = 0;
};

}  // namespace dm::bench
