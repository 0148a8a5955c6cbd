// Clients that want to keep the others out: idle, dripping, with endless headers, with a thousand
// ranges, with large bodies of small members. Coroutines of one thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_connection.h"
#include "load_tally.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace dm::bench {

struct hostile_load_options {
  std::uint16_t port = 0;
  std::string from = "127.0.0.1";
  std::size_t idle = 0;      // connections that have asked once and wait
  std::size_t dripping = 0;  // that send a header line a second
  std::size_t headers = 0;   // that send 40,000 header lines, in a loop
  std::size_t ranges = 0;    // that ask for a thousand ranges of `large`, in a loop
  std::size_t bodies = 0;    // that send 930 kB of small members, in a loop
  std::string large;         // the path of a large record
  std::string query;         // "?user.name=…"
};

class hostile_load {
 public:
  explicit hostile_load(hostile_load_options options);

  /// Returns at that time. `began`, if given, is called when all idle and dripping ones have
  /// connected once.
  void run_until(std::chrono::steady_clock::time_point end,
                 const std::function<void()>& began = {});
  /// Idle and dripping connections that were open at the end.
  std::size_t open_at_the_end() const { return open_at_the_end_; }
  const load_tally& tally() const { return tally_; }

 private:
  using clock = std::chrono::steady_clock;

  void spawn(std::size_t count, boost::asio::awaitable<void> (hostile_load::*what)());
  void has_connected();
  boost::asio::awaitable<bool> connected(load_connection& connection);
  boost::asio::awaitable<void> idle();
  boost::asio::awaitable<void> drip();
  boost::asio::awaitable<void> send_headers();
  boost::asio::awaitable<void> ask_for_ranges();
  boost::asio::awaitable<void> send_bodies();
  bool over() const { return clock::now() >= end_; }

  hostile_load_options options_;
  std::string body_;
  std::string ranges_;
  boost::asio::io_context io_{1};
  clock::time_point end_;
  std::function<void()> began_;
  std::size_t connected_ = 0;
  std::size_t open_ = 0;
  std::size_t open_at_the_end_ = 0;
  std::exception_ptr problem_;
  load_tally tally_;
};

}  // namespace dm::bench
