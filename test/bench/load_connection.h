// One client's connection to an HTTP server, for coroutines of one thread: sends the bytes that it
// is told, reads answers, each quickly or slowly.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dm::bench {

struct load_endpoint {
  std::uint16_t port = 0;          // of 127.0.0.1
  std::string from = "127.0.0.1";  // the client's own address: any of 127.0.0.0/8 is this machine's
};

class load_connection {
 public:
  struct answer {
    int status = 0;  // 0: the connection ended, or nothing came for a minute
    bool keep = false;
    std::size_t bytes = 0;  // of the body
    std::string location;
  };

  load_connection(boost::asio::io_context& io, load_endpoint to) : io_(io), to_(std::move(to)) {}

  bool is_open() const { return stream_ != nullptr; }
  void close() { stream_.reset(); }
  /// False: refused. Throws std::runtime_error where this process has too few descriptors.
  /// `receive_buffer`: bytes that the kernel takes from the server before they are read; 0: its own
  /// choice.
  boost::asio::awaitable<bool> connect(int receive_buffer = 0);
  /// False: the server has closed. `bytes` must outlive it.
  boost::asio::awaitable<bool> send(std::string_view bytes);
  /// The same, some bytes at a time with a pause behind each.
  boost::asio::awaitable<bool> drip(std::string_view bytes, std::size_t piece,
                                    std::chrono::milliseconds pause);
  boost::asio::awaitable<answer> receive();
  /// The same, 16 KiB at a time with a pause before each.
  boost::asio::awaitable<answer> receive_slowly(std::chrono::milliseconds pause);
  /// Reads and forgets until the server ends it or the time is over; how many bytes.
  boost::asio::awaitable<std::size_t> read_away(std::chrono::steady_clock::time_point end);

 private:
  boost::asio::io_context& io_;
  load_endpoint to_;
  std::unique_ptr<boost::beast::tcp_stream> stream_;
  boost::beast::flat_buffer buffer_;
};

/// "POST /x HTTP/1.1" with what it needs; a body is JSON unless another type is said. `fields`:
/// more of them, each with its line end.
std::string request_text(std::string_view method, std::string_view target,
                         std::string_view body = {}, std::string_view type = "application/json",
                         std::string_view fields = {});

/// Until then, on the coroutine's own executor.
boost::asio::awaitable<void> pause_for(std::chrono::steady_clock::duration time);

}  // namespace dm::bench
