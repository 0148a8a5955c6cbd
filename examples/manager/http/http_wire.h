// The bytes of one connection as a server wants them: each step has its deadline, requests are
// parsed as they come, and what a client still sends is taken before the end. Coroutines on the
// server's thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_transport.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// One read and one write may be under way at a time, but only one of them with a deadline. Owned
/// by a shared_ptr.
class http_wire : public std::enable_shared_from_this<http_wire> {
 public:
  using error = boost::system::error_code;
  using parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  template <typename T>
  using awaitable = boost::asio::awaitable<T>;
  using milliseconds = std::chrono::milliseconds;

  /// `header_bytes`: of the longest head that is read.
  http_wire(boost::asio::io_context& io, std::unique_ptr<http_transport> transport,
            std::size_t header_bytes);

  /// Before anything else.
  awaitable<error> handshake(milliseconds within);
  /// See http_peer::certificate_names; after the handshake.
  std::vector<std::string> certificate_names() const { return transport_->certificate_names(); }

  /// The first bytes of the next request, unless some are here.
  awaitable<error> wait_for_bytes(milliseconds within);
  awaitable<error> read_head(parser& head, milliseconds within);
  /// The next piece of the body; empty at its end and with an error. `within` is asked before each
  /// read.
  awaitable<std::string> read_piece(parser& from, const std::function<milliseconds()>& within,
                                    error& failed);
  /// False when the connection has ended. `within`: without any progress.
  awaitable<bool> write_all(std::string_view bytes, milliseconds within);
  /// Tells the other end that nothing more is written.
  awaitable<void> finish(milliseconds within);
  /// Reads, and throws away, until the other end ends; without a deadline, beside writes.
  awaitable<void> read_to_end();
  /// The same within a time: closing a connection with unread bytes would take the answer away from
  /// who still sends.
  awaitable<void> drain(milliseconds within);

  void close();
  /// See http_transport.
  bool other_end_has_gone() { return transport_->other_end_has_gone(); }
  /// Whether the last step ended by its deadline.
  bool timed_out() const { return timed_out_; }

 private:
  /// A deadline from its beginning to the end of the scope.
  class deadline {
   public:
    deadline(http_wire& owner, milliseconds time) : owner_(owner) { owner_.arm(time); }
    ~deadline() { owner_.disarm(); }
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;

   private:
    http_wire& owner_;
  };

  void arm(milliseconds time);
  void disarm();
  awaitable<void> fill(error& failed);

  std::unique_ptr<http_transport> transport_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer timer_;
  std::uint64_t armed_ = 0;  // tells an old deadline from the current one
  bool timed_out_ = false;
  bool closed_ = false;
};

}  // namespace manager
