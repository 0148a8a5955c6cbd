// The bytes of one connection as a server wants them.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_wire.h"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <utility>

namespace manager {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t piece_bytes = 64U << 10;
constexpr std::size_t read_bytes = 16U << 10;

}  // namespace

http_wire::http_wire(asio::io_context& io, std::unique_ptr<http_transport> transport,
                     std::size_t header_bytes)
    : transport_(std::move(transport)), buffer_(header_bytes + piece_bytes), timer_(io) {}

void http_wire::arm(milliseconds time) {
  timed_out_ = false;
  const std::uint64_t mine = ++armed_;
  timer_.expires_after(time);
  timer_.async_wait([weak = weak_from_this(), mine](const error& aborted) {
    const auto self = weak.lock();
    if (aborted || !self || self->armed_ != mine) return;
    self->timed_out_ = true;
    self->transport_->interrupt();
  });
}

void http_wire::disarm() {
  ++armed_;
  timer_.cancel();
}

void http_wire::close() {
  closed_ = true;
  disarm();
  transport_->close();
}

asio::awaitable<http_wire::error> http_wire::handshake(milliseconds within) {
  const deadline limit(*this, within);
  error failed;
  co_await transport_->handshake(failed);
  co_return failed;
}

asio::awaitable<void> http_wire::fill(error& failed) {
  const std::size_t room = buffer_.max_size() - buffer_.size();
  if (room == 0) {
    failed = http::error::buffer_overflow;
    co_return;
  }
  const std::size_t read =
      co_await transport_->read(buffer_.prepare(std::min(room, read_bytes)), failed);
  buffer_.commit(read);
}

asio::awaitable<http_wire::error> http_wire::wait_for_bytes(milliseconds within) {
  error failed;
  if (buffer_.size() > 0) co_return failed;
  const deadline limit(*this, within);
  co_await fill(failed);
  co_return failed;
}

asio::awaitable<http_wire::error> http_wire::read_head(parser& head, milliseconds within) {
  const deadline limit(*this, within);
  for (;;) {
    if (buffer_.size() > 0) {
      error failed;
      const std::size_t used = head.put(buffer_.data(), failed);
      buffer_.consume(used);
      if (head.is_header_done()) co_return error{};
      if (failed && failed != http::error::need_more) co_return failed;
      if (!failed && used > 0) continue;
    }
    error failed;
    co_await fill(failed);
    if (failed) co_return failed;
  }
}

asio::awaitable<std::string> http_wire::read_piece(parser& from,
                                                   const std::function<milliseconds()>& within,
                                                   error& failed) {
  std::string piece(piece_bytes, '\0');
  auto& body = from.get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  while (!from.is_done() && body.size == piece.size()) {
    if (buffer_.size() > 0) {
      error problem;
      const std::size_t used = from.put(buffer_.data(), problem);
      buffer_.consume(used);
      const bool partial = problem == http::error::need_more || problem == http::error::need_buffer;
      if (problem && !partial) {
        failed = problem;
        co_return std::string();
      }
      if (used > 0) continue;
    }
    const deadline limit(*this, within());
    co_await fill(failed);
    if (failed) co_return std::string();
  }
  piece.resize(piece.size() - body.size);
  co_return piece;
}

asio::awaitable<bool> http_wire::write_all(std::string_view bytes, milliseconds within) {
  while (!bytes.empty()) {
    const deadline limit(*this, within);
    error failed;
    const std::size_t written =
        co_await transport_->write(asio::buffer(bytes.data(), bytes.size()), failed);
    if (failed || closed_) co_return false;
    bytes.remove_prefix(written);
  }
  co_return true;
}

asio::awaitable<void> http_wire::finish(milliseconds within) {
  const deadline limit(*this, within);
  co_await transport_->finish();
}

asio::awaitable<void> http_wire::read_to_end() {
  std::string ignored(read_bytes, '\0');
  error failed;
  while (!failed && !closed_) {
    co_await transport_->read(asio::buffer(ignored), failed);
  }
}

asio::awaitable<void> http_wire::drain(milliseconds within) {
  const deadline limit(*this, within);
  co_await read_to_end();
}

}  // namespace manager
