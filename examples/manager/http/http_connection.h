// One connection: reads requests one after the other, has them answered by the lanes, within the
// limits. A coroutine on the server's thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_exchange.h"
#include "http/http_service.h"
#include "http/http_wire.h"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace manager {

class http_connection : public std::enable_shared_from_this<http_connection> {
 public:
  /// `listener`: see http_head. `encrypted`: the transport is TLS.
  http_connection(http_service& service, std::unique_ptr<http_transport> transport, http_peer peer,
                  std::size_t listener, bool encrypted);

  /// Registers it and begins; it lives as long as it has something to do.
  void start();
  /// Ends it at once, whatever is under way.
  void cut();
  /// Ends it if it waits for a request; else after the one under way.
  void stop();
  /// Answers 503 and ends: there are too many.
  void start_refusal();

  bool waits() const { return waits_; }
  std::chrono::steady_clock::time_point waits_since() const { return waits_since_; }
  const http_peer& peer() const { return peer_; }

 private:
  using error = http_wire::error;
  using parser = http_wire::parser;
  template <typename T>
  using awaitable = boost::asio::awaitable<T>;

  awaitable<void> serve();
  awaitable<void> refuse_all();
  /// True when another request may follow.
  awaitable<bool> serve_one(bool first, bool last);
  /// The next piece of the body; empty at its end.
  awaitable<std::string> read_piece(parser& from, error& failed);
  awaitable<bool> keep_body(parser& from, http_exchange& exchange);
  awaitable<void> answer(http_exchange& exchange, parser& from);
  awaitable<void> stream_body(http_exchange& exchange, parser& from);
  awaitable<bool> send(http_exchange& exchange, http_response response, bool keep, bool old_client);
  awaitable<void> send_stream(std::shared_ptr<http_stream_queue> queue, std::string heartbeat,
                              bool in_chunks);
  awaitable<void> watch_for_end(std::shared_ptr<http_stream_queue> queue);
  awaitable<bool> write_all(std::string_view bytes);
  awaitable<void> wait_for_event(std::chrono::steady_clock::duration longest);
  awaitable<void> end(bool unread);

  std::function<void()> waker();
  std::chrono::milliseconds time_for_body() const;

  http_service& service_;
  const std::shared_ptr<http_wire> wire_;
  http_peer peer_;
  const std::size_t listener_;
  const bool encrypted_;
  boost::asio::steady_timer event_;  // cancelled to say: look again
  bool cut_ = false;
  bool waits_ = true;
  std::chrono::steady_clock::time_point waits_since_;
  std::chrono::steady_clock::time_point begun_;  // the current request's head was complete
  std::uint64_t received_ = 0;                   // of the current body
};

}  // namespace manager
