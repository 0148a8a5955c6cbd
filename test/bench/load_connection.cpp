// One client's connection.
// SPDX-License-Identifier: Apache-2.0
#include "load_connection.h"

#include <fmt/format.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <stdexcept>

namespace dm::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using error = boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{60};
constexpr std::size_t slow_piece = 16U << 10;

}  // namespace

asio::awaitable<bool> load_connection::connect(int receive_buffer) {
  close();
  buffer_.clear();
  stream_ = std::make_unique<boost::beast::tcp_stream>(io_);
  tcp::socket& socket = stream_->socket();
  error failed;
  socket.open(tcp::v4(), failed);
  if (failed) throw std::runtime_error("no socket for another client: " + failed.message());
  // The port is chosen when the other end is known: so there are enough for each pair of addresses.
  const int yes = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes));
  if (receive_buffer > 0) {
    socket.set_option(asio::socket_base::receive_buffer_size(receive_buffer), failed);
  }
  const tcp::endpoint own(asio::ip::make_address_v4(to_.from), 0);
  socket.bind(own, failed);
  if (failed) throw std::runtime_error("no connection from " + to_.from + ": " + failed.message());
  const tcp::endpoint server(asio::ip::address_v4::loopback(), to_.port);
  stream_->expires_after(patience);
  co_await stream_->async_connect(server, redirect_error(use_awaitable, failed));
  if (failed) close();
  co_return !failed;
}

asio::awaitable<bool> load_connection::send(std::string_view bytes) {
  error failed;
  stream_->expires_after(patience);
  co_await asio::async_write(*stream_, asio::buffer(bytes.data(), bytes.size()),
                             redirect_error(use_awaitable, failed));
  co_return !failed;
}

asio::awaitable<bool> load_connection::drip(std::string_view bytes, std::size_t piece,
                                            std::chrono::milliseconds pause) {
  while (!bytes.empty()) {
    const std::string_view next = bytes.substr(0, piece);
    const bool sent = co_await send(next);
    if (!sent) co_return false;
    bytes.remove_prefix(next.size());
    co_await pause_for(pause);
  }
  co_return true;
}

asio::awaitable<load_connection::answer> load_connection::receive() {
  answer seen;
  error failed;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  stream_->expires_after(patience);
  co_await http::async_read(*stream_, buffer_, parser, redirect_error(use_awaitable, failed));
  if (!failed) {
    seen.status = parser.get().result_int();
    seen.keep = parser.keep_alive();
    seen.bytes = parser.get().body().size();
    seen.location = std::string(parser.get()[http::field::location]);
  }
  co_return seen;
}

asio::awaitable<load_connection::answer> load_connection::receive_slowly(
    std::chrono::milliseconds pause) {
  answer seen;
  error failed;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  stream_->expires_after(patience);
  co_await http::async_read_header(*stream_, buffer_, parser,
                                   redirect_error(use_awaitable, failed));
  if (failed) co_return seen;
  const std::size_t all = parser.content_length().value_or(0);
  std::array<char, slow_piece> piece{};
  seen.bytes = std::min(all, buffer_.size());
  while (seen.bytes < all) {
    co_await pause_for(pause);
    stream_->expires_after(patience);
    const std::size_t count = co_await stream_->async_read_some(
        asio::buffer(piece), redirect_error(use_awaitable, failed));
    if (failed) co_return seen;
    seen.bytes += count;
  }
  // What was read beside the parser is not known to it: nothing else is read here.
  seen.status = parser.get().result_int();
  co_return seen;
}

asio::awaitable<std::size_t> load_connection::read_away(steady_clock::time_point end) {
  std::array<char, slow_piece> piece{};
  std::size_t bytes = 0;
  error failed;
  stream_->expires_at(end);
  while (!failed) {
    const std::size_t count = co_await stream_->async_read_some(
        asio::buffer(piece), redirect_error(use_awaitable, failed));
    bytes += count;
  }
  close();
  co_return bytes;
}

std::string request_text(std::string_view method, std::string_view target, std::string_view body,
                         std::string_view type, std::string_view fields) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}", method, target, fields);
  if (!body.empty()) {
    text += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", type, body.size());
  }
  text += "\r\n";
  text += body;
  return text;
}

asio::awaitable<void> pause_for(steady_clock::duration time) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  timer.expires_after(time);
  error ignored;
  co_await timer.async_wait(redirect_error(use_awaitable, ignored));
}

}  // namespace dm::bench
