// One connection.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_connection.h"

#include "base/log.h"
#include "http/error_body.h"
#include "http/request_framing.h"
#include "http/response_text.h"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace manager {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t piece_bytes = 64U << 10;
constexpr std::size_t read_bytes = 16U << 10;
constexpr milliseconds drain_time{30'000};
constexpr milliseconds farewell_time{2'000};
constexpr milliseconds heartbeat_time{15'000};

void refuse_for_now(http_exchange& exchange) {
  http_response response = refusal(503, "too many requests wait; try again in a moment");
  response.headers.emplace_back("Retry-After", "1");
  exchange.refuse(std::move(response));
}

}  // namespace

http_connection::http_connection(http_service& service, std::unique_ptr<http_transport> transport,
                                 http_peer peer, std::size_t listener, bool encrypted)
    : service_(service),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      listener_(listener),
      encrypted_(encrypted),
      buffer_(service.limits.header_bytes + piece_bytes),
      event_(service.io),
      deadline_(service.io),
      waits_since_(steady_clock::now()) {
  event_.expires_at(steady_clock::time_point::max());
}

void http_connection::start() {
  service_.connections[this] = weak_from_this();
  asio::co_spawn(
      service_.io,
      [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->serve(); },
      asio::detached);
}

void http_connection::start_refusal() {
  asio::co_spawn(
      service_.io,
      [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->refuse_all(); },
      asio::detached);
}

void http_connection::cut() {
  cut_ = true;
  transport_->close();
  event_.cancel();
}

void http_connection::stop() {
  if (waits_) {
    cut();
  } else {
    event_.cancel();
  }
}

std::function<void()> http_connection::waker() {
  return [&io = service_.io, weak = weak_from_this()] {
    asio::post(io, [weak] {
      if (const auto self = weak.lock()) self->event_.cancel();
    });
  };
}

void http_connection::arm(milliseconds time) {
  timed_out_ = false;
  const std::uint64_t mine = ++armed_;
  deadline_.expires_after(time);
  deadline_.async_wait([weak = weak_from_this(), mine](const error& aborted) {
    const auto self = weak.lock();
    if (aborted || !self || self->armed_ != mine) return;
    self->timed_out_ = true;
    self->transport_->interrupt();
  });
}

void http_connection::disarm() {
  ++armed_;
  deadline_.cancel();
}

milliseconds http_connection::time_for_body() const {
  const http_limits& limits = service_.limits;
  if (limits.upload_bytes_per_second == 0) return limits.request_time;
  const auto earned = milliseconds(received_ * 1000 / limits.upload_bytes_per_second);
  const auto spent = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun_);
  return std::max(milliseconds(0),
                  std::min(limits.request_time, limits.request_time + earned - spent));
}

asio::awaitable<void> http_connection::wait_for_event(steady_clock::duration longest) {
  if (longest == steady_clock::duration::max()) {
    event_.expires_at(steady_clock::time_point::max());
  } else {
    event_.expires_after(longest);
  }
  error woken;
  co_await event_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

asio::awaitable<void> http_connection::serve() {
  try {
    error failed;
    arm(service_.limits.header_time);
    co_await transport_->handshake(failed);
    disarm();
    if (!failed) {
      peer_.certificate_names = transport_->certificate_names();
      const std::size_t most = service_.limits.requests_per_connection;
      for (std::size_t i = 1; i <= most; ++i) {
        const bool again = co_await serve_one(i == 1, i == most);
        if (!again || service_.stopping || cut_) break;
      }
    } else {
      log::debug("event=no_handshake from={} information={}", peer_.shown, failed.message());
    }
  } catch (const std::exception& problem) {
    log::error("event=connection_error from={} information={}", peer_.shown, problem.what());
  }
  disarm();
  transport_->close();
  service_.connections.erase(this);
}

asio::awaitable<void> http_connection::refuse_all() {
  http_response response = refusal(503, "too many connections; try again in a moment");
  response.headers.emplace_back("Retry-After", "1");
  const std::string bytes = head_text(response, response_framing()) + response.body;
  const bool sent = co_await write_all(bytes);
  if (sent) co_await end(false);
  disarm();
  transport_->close();
}

asio::awaitable<void> http_connection::fill(error& failed) {
  const std::size_t room = buffer_.max_size() - buffer_.size();
  if (room == 0) {
    failed = http::error::buffer_overflow;
    co_return;
  }
  const std::size_t read =
      co_await transport_->read(buffer_.prepare(std::min(room, read_bytes)), failed);
  buffer_.commit(read);
}

asio::awaitable<http_connection::error> http_connection::read_head(parser& head) {
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

asio::awaitable<std::string> http_connection::read_piece(parser& from, error& failed) {
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
    arm(time_for_body());
    co_await fill(failed);
    disarm();
    if (failed) co_return std::string();
  }
  piece.resize(piece.size() - body.size);
  received_ += piece.size();
  co_return piece;
}

// A body that is kept: within its own limit and that of all bodies together.
asio::awaitable<bool> http_connection::keep_body(parser& from, http_exchange& exchange) {
  const http_limits& limits = service_.limits;
  while (!from.is_done()) {
    error failed;
    std::string piece = co_await read_piece(from, failed);
    if (failed) {
      exchange.refuse(timed_out_ ? refusal(408, "the request's body did not come in time")
                                 : refusal(400, "the request's body is not complete"));
      co_return false;
    }
    if (exchange.body.size() + piece.size() > limits.body_bytes) {
      exchange.refuse(refusal(
          413, fmt::format("the request's body is larger than {} bytes", limits.body_bytes)));
      co_return false;
    }
    if (service_.body_bytes + piece.size() > limits.bodies_bytes) {
      http_response busy = refusal(503, "too many bodies at a time; try again in a moment");
      busy.headers.emplace_back("Retry-After", "1");
      exchange.refuse(std::move(busy));
      co_return false;
    }
    service_.body_bytes += piece.size();
    exchange.body += piece;
  }
  co_return true;
}

// From a head that is right to an answer that can be taken.
asio::awaitable<void> http_connection::answer(http_exchange& exchange, parser& from) {
  const auto self = exchange.shared_from_this();
  const bool streams = exchange.match != nullptr && exchange.match->streams;
  const bool at_once =
      exchange.match != nullptr && exchange.lane == route_lane::quick && !exchange.head.has_body;
  exchange.use_body(streams);
  http_gate& gate = service_.gate;
  if (!service_.quick.submit([self, &gate, at_once] { self->admit(gate, at_once); })) {
    refuse_for_now(exchange);
    co_return;
  }
  while (exchange.now() == http_exchange::step::working && !cut_) {
    co_await wait_for_event(steady_clock::duration::max());
  }
  if (cut_ || exchange.now() == http_exchange::step::answered) co_return;

  if (exchange.head.announced_bytes >
      (streams ? service_.limits.upload_bytes : service_.limits.body_bytes)) {
    exchange.refuse(refusal(
        413, fmt::format("the request's body is larger than the {} bytes accepted",
                         streams ? service_.limits.upload_bytes : service_.limits.body_bytes)));
    co_return;
  }
  for (const std::string_view expected : exchange.head.values("expect")) {
    const boost::beast::string_view value(expected.data(), expected.size());
    if (!exchange.head.has_body || !boost::beast::iequals(value, "100-continue")) continue;
    const bool sent = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n");
    if (!sent) {
      cut();
      co_return;
    }
  }
  if (!streams) {
    const bool whole = co_await keep_body(from, exchange);
    if (!whole) co_return;
  }
  exchange.begin_again();
  if (!service_.lane(exchange.lane).submit([self] { self->run(); })) {
    refuse_for_now(exchange);
    co_return;
  }
  for (;;) {
    const auto step = exchange.now();
    if (cut_) exchange.give_failure(failure_kind::failed_validation, "the connection has ended");
    if (cut_ || step == http_exchange::step::answered) co_return;
    if (step != http_exchange::step::wants_body) {
      co_await wait_for_event(steady_clock::duration::max());
      continue;
    }
    error failed;
    std::string piece = co_await read_piece(from, failed);
    if (failed) {
      exchange.give_failure(failure_kind::failed_validation,
                            timed_out_ ? "the request's body comes too slowly"
                                       : "the request's body is not complete");
    } else if (received_ > service_.limits.upload_bytes) {
      exchange.give_failure(failure_kind::too_large,
                            fmt::format("the request's body is larger than the {} bytes accepted",
                                        service_.limits.upload_bytes));
    } else if (piece.empty()) {
      exchange.give_end();
    } else {
      exchange.give(std::move(piece));
    }
  }
}

void http_connection::take_head(const parser& from, http_exchange& exchange) const {
  const auto& message = from.get();
  http_head& head = exchange.head;
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  for (const auto& field : message.base()) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    head.fields.emplace_back(std::move(name), std::string(field.value()));
  }
  head.has_body = !from.is_done();
  head.announced_bytes = from.content_length_remaining().value_or(0);
  head.encrypted = encrypted_;
  head.listener = listener_;
  head.peer = peer_;
  exchange.request.method = head.method;
  const auto last_event = head.values("last-event-id");
  if (last_event.size() == 1) exchange.request.last_event_id = last_event.front();
}

http_response http_connection::broken_request(const error& failed) const {
  if (timed_out_) return refusal(408, "the request's header did not come in time");
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    return refusal(431, fmt::format("the request's header is longer than {} bytes",
                                    service_.limits.header_bytes));
  }
  return refusal(400, fmt::format("the request is not understood: {}", failed.message()));
}

asio::awaitable<bool> http_connection::serve_one(bool first, bool last) {
  const http_limits& limits = service_.limits;
  waits_ = true;
  waits_since_ = steady_clock::now();
  error failed;
  if (buffer_.size() == 0) {
    arm(first ? limits.header_time : limits.idle_time);
    co_await fill(failed);
    disarm();
    if (failed) co_return false;
  }
  parser from;
  from.header_limit(limits.header_bytes);
  from.body_limit(boost::none);
  arm(limits.header_time);
  failed = co_await read_head(from);
  disarm();
  waits_ = false;
  begun_ = steady_clock::now();
  received_ = 0;
  if (cut_) co_return false;

  const auto exchange = std::make_shared<http_exchange>(waker());
  const bool gone = failed == asio::error::eof || failed == asio::error::connection_reset;
  if (failed && gone && !timed_out_) co_return false;
  bool keep = !failed && !last && from.keep_alive();
  const bool old_client = !failed && from.get().version() < 11;
  exchange->head.peer = peer_;
  exchange->head.listener = listener_;
  if (failed) {
    exchange->refuse(broken_request(failed));
  } else {
    take_head(from, *exchange);
    from.eager(true);
    if (auto refused = refused_framing(exchange->head, limits, old_client)) {
      exchange->refuse(std::move(*refused));
      keep = false;
    } else {
      auto target = parse_target(exchange->head.target);
      exchange->request.path = std::move(target->path);
      exchange->request.query = std::move(target->query);
      auto found = service_.routes.find(exchange->request);
      exchange->match = found.match;
      exchange->lane = found.lane;
      exchange->answer_without_match = std::move(found.answer);
      co_await answer(*exchange, from);
    }
  }
  service_.body_bytes -= exchange->body.size();
  if (cut_) {
    exchange->give_failure(failure_kind::failed_validation, "the connection has ended");
    co_return false;
  }
  const bool unread = failed || !from.is_done();
  keep = keep && !unread && !service_.stopping;
  const bool sent = co_await send(*exchange, exchange->take_answer(), keep, old_client);
  if (sent && keep) co_return true;
  if (sent) co_await end(unread);
  co_return false;
}

asio::awaitable<bool> http_connection::send(http_exchange& exchange, http_response response,
                                            bool keep, bool old_client) {
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun_);
  service_.gate.finish(exchange.request, exchange.head, response, took);
  const auto queue = exchange.stream();
  const bool in_chunks = queue != nullptr && !old_client;
  response_framing framing;
  framing.keep = keep && queue == nullptr;
  framing.chunked = in_chunks;
  framing.unknown_length = queue != nullptr;
  std::string bytes = head_text(response, framing);
  if (exchange.head.method != "HEAD" && queue == nullptr) bytes += response.body;
  const bool sent = co_await write_all(bytes);
  if (queue == nullptr) co_return sent;
  if (sent) {
    if (!response.body.empty()) {
      const std::string first = in_chunks ? chunk(response.body) : response.body;
      const bool begun = co_await write_all(first);
      if (!begun) queue->close();
    }
    co_await send_stream(queue, std::move(response.heartbeat), in_chunks);
  }
  queue->close();
  co_return false;
}

asio::awaitable<void> http_connection::send_stream(std::shared_ptr<http_stream_queue> queue,
                                                   std::string heartbeat, bool in_chunks) {
  asio::co_spawn(
      service_.io,
      [self = shared_from_this(), queue]() -> asio::awaitable<void> {
        co_await self->watch_for_end(queue);
      },
      asio::detached);
  auto last_written = steady_clock::now();
  for (;;) {
    http_stream_queue::taken next = queue->take();
    const auto silence = steady_clock::now() - last_written;
    if (next.bytes.empty() && !next.ended && !heartbeat.empty() && silence >= heartbeat_time) {
      next.bytes = heartbeat;
    }
    if (!next.bytes.empty()) {
      const std::string bytes = in_chunks ? chunk(next.bytes) : std::move(next.bytes);
      const bool sent = co_await write_all(bytes);
      if (!sent) co_return;
      last_written = steady_clock::now();
      continue;
    }
    if (cut_) co_return;
    if (next.ended || service_.stopping) {
      if (in_chunks) co_await write_all(last_chunk);
      co_return;
    }
    co_await wait_for_event(heartbeat_time);
  }
}

// Nothing is expected from a client that listens, but its end.
asio::awaitable<void> http_connection::watch_for_end(std::shared_ptr<http_stream_queue> queue) {
  std::string ignored(256, '\0');
  error failed;
  while (!failed) {
    co_await transport_->read(asio::buffer(ignored), failed);
  }
  queue->close();
  event_.cancel();
}

asio::awaitable<bool> http_connection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    error failed;
    arm(service_.limits.write_time);
    const std::size_t written =
        co_await transport_->write(asio::buffer(bytes.data(), bytes.size()), failed);
    disarm();
    if (failed || cut_) co_return false;
    bytes.remove_prefix(written);
  }
  co_return true;
}

// Closing a connection with unread bytes would take the answer away from who still sends, so they
// are read and thrown away for a while.
asio::awaitable<void> http_connection::end(bool unread) {
  arm(farewell_time);
  co_await transport_->finish();
  disarm();
  if (!unread) co_return;
  waits_ = true;  // nothing is lost when it has to make room
  waits_since_ = steady_clock::now();
  std::string ignored(read_bytes, '\0');
  error failed;
  arm(drain_time);
  while (!failed && !cut_) {
    co_await transport_->read(asio::buffer(ignored), failed);
  }
  disarm();
}

}  // namespace manager
