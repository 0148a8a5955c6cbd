// One connection.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_connection.h"

#include "base/log.h"
#include "http/error_body.h"
#include "http/request_framing.h"
#include "http/request_head.h"
#include "http/response_text.h"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace manager {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds drain_time{30'000};
constexpr milliseconds farewell_time{2'000};
constexpr milliseconds heartbeat_time{15'000};
constexpr steady_clock::duration look_interval = milliseconds(250);  // whether a client has gone

void refuse_for_now(http_exchange& exchange) {
  http_response response = refusal(503, "too many requests wait; try again in a moment");
  response.headers.emplace_back("Retry-After", "1");
  exchange.refuse(std::move(response));
}

}  // namespace

http_connection::http_connection(http_service& service, std::unique_ptr<http_transport> transport,
                                 http_peer peer, std::size_t listener, bool encrypted)
    : service_(service),
      wire_(std::make_shared<http_wire>(service.io, std::move(transport),
                                        service.limits.header_bytes)),
      peer_(std::move(peer)),
      listener_(listener),
      encrypted_(encrypted),
      event_(service.io),
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
  wire_->close();
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
    const error failed = co_await wire_->handshake(service_.limits.header_time);
    if (!failed) {
      peer_.certificate_names = wire_->certificate_names();
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
  wire_->close();
  service_.connections.erase(this);
}

asio::awaitable<void> http_connection::refuse_all() {
  http_response response = refusal(503, "too many connections; try again in a moment");
  response.headers.emplace_back("Retry-After", "1");
  const std::string bytes = head_text(response, response_framing()) + response.body;
  const bool sent = co_await write_all(bytes);
  if (sent) co_await end(false);
  wire_->close();
}

asio::awaitable<std::string> http_connection::read_piece(parser& from, error& failed) {
  const std::function<milliseconds()> within = [this] { return time_for_body(); };
  std::string piece = co_await wire_->read_piece(from, within, failed);
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
      exchange.refuse(wire_->timed_out() ? refusal(408, "the request's body did not come in time")
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
  co_await stream_body(exchange, from);
}

// Until the handler has answered: the body's pieces when it wants them.
asio::awaitable<void> http_connection::stream_body(http_exchange& exchange, parser& from) {
  for (;;) {
    const auto step = exchange.now();
    if (cut_) exchange.give_failure(failure_kind::failed_validation, "the connection has ended");
    if (cut_ || step == http_exchange::step::answered) co_return;
    if (step != http_exchange::step::wants_body) {
      const bool watched = exchange.match->until_left && !exchange.left.requested();
      co_await wait_for_event(watched ? look_interval : steady_clock::duration::max());
      if (watched && wire_->other_end_has_gone()) exchange.left.request("the client has gone");
      continue;
    }
    error failed;
    std::string piece = co_await read_piece(from, failed);
    if (failed) {
      exchange.give_failure(failure_kind::failed_validation,
                            wire_->timed_out() ? "the request's body comes too slowly"
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

asio::awaitable<bool> http_connection::serve_one(bool first, bool last) {
  const http_limits& limits = service_.limits;
  waits_ = true;
  waits_since_ = steady_clock::now();
  error failed = co_await wire_->wait_for_bytes(first ? limits.header_time : limits.idle_time);
  if (failed) co_return false;
  parser from;
  from.header_limit(limits.header_bytes);
  from.body_limit(boost::none);
  failed = co_await wire_->read_head(from, limits.header_time);
  waits_ = false;
  begun_ = steady_clock::now();
  received_ = 0;
  if (cut_) co_return false;

  const auto exchange = std::make_shared<http_exchange>(waker());
  const bool gone = failed == asio::error::eof || failed == asio::error::connection_reset;
  if (failed && gone && !wire_->timed_out()) co_return false;
  bool keep = !failed && !last && from.keep_alive();
  const bool old_client = !failed && from.get().version() < 11;
  exchange->head.peer = peer_;
  exchange->head.listener = listener_;
  exchange->head.encrypted = encrypted_;
  if (failed) {
    exchange->refuse(refused_head(failed, wire_->timed_out(), limits));
  } else {
    take_head(from, exchange->head);
    exchange->request.method = exchange->head.method;
    const auto last_event = exchange->head.values("last-event-id");
    if (last_event.size() == 1) exchange->request.last_event_id = last_event.front();
    exchange->request.accept = exchange->head.joined("accept");
    exchange->request.accept_encoding = exchange->head.joined("accept-encoding");
    exchange->request.if_none_match = exchange->head.joined("if-none-match");
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
  co_await wire_->read_to_end();
  queue->close();
  event_.cancel();
}

asio::awaitable<bool> http_connection::write_all(std::string_view bytes) {
  const bool sent = co_await wire_->write_all(bytes, service_.limits.write_time);
  co_return sent && !cut_;
}

asio::awaitable<void> http_connection::end(bool unread) {
  co_await wire_->finish(farewell_time);
  if (!unread) co_return;
  waits_ = true;  // nothing is lost when it has to make room
  waits_since_ = steady_clock::now();
  co_await wire_->drain(drain_time);
}

}  // namespace manager
