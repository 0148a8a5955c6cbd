// The bytes of one connection, plain or TLS, for coroutines on the server's one thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_listener_options.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <string>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace manager {

/// All on the thread of the socket's executor. One read and one write may be under way at a time.
class http_transport {
 public:
  using socket = boost::asio::generic::stream_protocol::socket;
  using error = boost::system::error_code;

  virtual ~http_transport() = default;
  /// Before anything else.
  virtual boost::asio::awaitable<void> handshake(error& failed) = 0;
  /// 0 with no error never happens; the other end's end is an error.
  virtual boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into,
                                                   error& failed) = 0;
  /// Writes some of it; so that a deadline can be set for each step.
  virtual boost::asio::awaitable<std::size_t> write(boost::asio::const_buffer from,
                                                    error& failed) = 0;
  /// Tells the other end that nothing more is written.
  virtual boost::asio::awaitable<void> finish() = 0;
  /// Ends what is under way with an error; the connection can still be used.
  virtual void interrupt() = 0;
  virtual void close() = 0;
  /// Whether the other end has closed its half of the connection, whatever of its bytes is unread.
  virtual bool other_end_has_gone() = 0;
  /// See http_peer::certificate_names; after the handshake.
  virtual std::vector<std::string> certificate_names() const = 0;
};

std::unique_ptr<http_transport> make_plain_transport(http_transport::socket socket);
std::unique_ptr<http_transport> make_tls_transport(
    http_transport::socket socket, std::shared_ptr<boost::asio::ssl::context> context);

/// Throws std::runtime_error that names the file.
std::shared_ptr<boost::asio::ssl::context> make_tls_context(const tls_files& files);

}  // namespace manager
