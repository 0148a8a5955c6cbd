// The HTTP server.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_server.h"

#include "base/log.h"
#include "http/http_connection.h"
#include "http/http_service.h"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace manager {
namespace {

namespace asio = boost::asio;
using error = boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds shortest_pause{20};
constexpr milliseconds longest_pause{2'000};

bool passes(int code) {
  return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

// Of the new connection, not of the listener (accept(2)).
bool concerns_one(int code) {
  for (const int known : {EAGAIN, EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT,
                          EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH}) {
    if (code == known) return true;
  }
  return false;
}

bool same_peer(const http_peer& left, const http_peer& right) {
  if (left.is_socket != right.is_socket) return false;
  return left.is_socket ? left.uid == right.uid : left.address == right.address;
}

}  // namespace

struct http_server::implementation {
  struct place {
    place(const http_listener_options& options_, asio::io_context& io)
        : options(options_), listener(options_), ready(io) {
      if (options.tls) tls = make_tls_context(*options.tls);
      // The descriptor stays the listener's; asio watches a copy.
      const int copy = ::fcntl(listener.descriptor(), F_DUPFD_CLOEXEC, 0);
      if (copy < 0) throw std::system_error(errno, std::generic_category(), "listen");
      ready.assign(copy);
    }
    http_listener_options options;
    http_listener listener;
    asio::posix::stream_descriptor ready;
    std::shared_ptr<asio::ssl::context> tls;
  };

  implementation(const http_server_options& options, const router& routes, http_gate& gate)
      : service(options.limits, routes, gate),
        failed(options.failed),
        work(asio::make_work_guard(service.io)) {
    for (const http_listener_options& one : options.listeners) {
      places.push_back(std::make_unique<place>(one, service.io));
    }
  }

  asio::awaitable<void> accept_all(std::size_t number);
  void take(std::size_t number, file_descriptor made, http_peer peer);
  bool make_room(const http_peer* peer);
  bool has_room(const http_peer& peer);

  http_service service;
  std::function<void(const std::string&)> failed;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::vector<std::unique_ptr<place>> places;
  std::thread thread;
  std::mutex stopping;
};

// Ends the connection that has waited longest for its client; of `peer`'s, or of all.
bool http_server::implementation::make_room(const http_peer* peer) {
  std::shared_ptr<http_connection> oldest;
  for (const auto& [unused, weak] : service.connections) {
    const auto one = weak.lock();
    if (!one || !one->waits()) continue;
    if (peer != nullptr && !same_peer(*peer, one->peer())) continue;
    if (!oldest || one->waits_since() < oldest->waits_since()) oldest = one;
  }
  if (!oldest) return false;
  oldest->cut();
  service.connections.erase(oldest.get());
  return true;
}

// Rather than to refuse who comes now, who keeps a connection without using it makes room.
bool http_server::implementation::has_room(const http_peer& peer) {
  const auto own =
      std::count_if(service.connections.begin(), service.connections.end(), [&](const auto& entry) {
        const auto one = entry.second.lock();
        return one && same_peer(peer, one->peer());
      });
  if (static_cast<std::size_t>(own) >= service.limits.connections_per_peer && !make_room(&peer)) {
    return false;
  }
  return service.connections.size() < service.limits.connections || make_room(nullptr);
}

void http_server::implementation::take(std::size_t number, file_descriptor made, http_peer peer) {
  place& at = *places[number];
  sockaddr_storage own{};
  socklen_t size = sizeof(own);
  ::getsockname(made.get(), reinterpret_cast<sockaddr*>(&own), &size);
  http_transport::socket socket(service.io);
  error problem;
  socket.assign(asio::generic::stream_protocol(own.ss_family, 0), made.get(), problem);
  if (problem) return;
  made.release();
  const bool room = has_room(peer);
  if (!room && at.tls) return;
  auto transport = at.tls ? make_tls_transport(std::move(socket), at.tls)
                          : make_plain_transport(std::move(socket));
  const std::string from = peer.shown;
  const auto connection = std::make_shared<http_connection>(
      service, std::move(transport), std::move(peer), number, at.tls != nullptr);
  if (room) {
    connection->start();
  } else {
    log::info("event=refused from={} information={}", from, "too many connections");
    connection->start_refusal();
  }
}

asio::awaitable<void> http_server::implementation::accept_all(std::size_t number) {
  place& at = *places[number];
  asio::steady_timer pause(service.io);
  milliseconds length = shortest_pause;
  for (;;) {
    error ended;
    co_await at.ready.async_wait(asio::posix::stream_descriptor::wait_read,
                                 asio::redirect_error(asio::use_awaitable, ended));
    if (service.stopping) co_return;
    http_peer peer;
    file_descriptor made = at.listener.accept(peer);
    const int code = errno;
    if (made.valid()) {
      length = shortest_pause;
      take(number, std::move(made), std::move(peer));
      continue;
    }
    if (concerns_one(code)) continue;
    const std::string where = shown(at.options, at.listener.port());
    const std::string why = std::generic_category().message(code);
    if (!passes(code)) {
      failed(fmt::format("the listener {} has failed: {}", where, why));
      co_return;
    }
    log::warning("event=accept_failed listener={} retry_in_ms={} information={}", where,
                 length.count(), why);
    if (code == EMFILE) make_room(nullptr);
    pause.expires_after(length);
    error ignored;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    length = std::min(length * 2, longest_pause);
  }
}

http_server::http_server(const http_server_options& options, const router& routes, http_gate& gate)
    : implementation_(std::make_unique<implementation>(options, routes, gate)) {}

http_server::~http_server() {
  stop();
  implementation_->work.reset();
  implementation_->service.io.stop();
  if (implementation_->thread.joinable()) implementation_->thread.join();
}

void http_server::start() {
  implementation& all = *implementation_;
  for (std::size_t i = 0; i < all.places.size(); ++i) {
    asio::co_spawn(all.service.io, all.accept_all(i), asio::detached);
  }
  all.thread = std::thread([&all] {
    for (;;) {
      try {
        all.service.io.run();
        return;
      } catch (const std::exception& problem) {
        log::error("event=server_error information={}", problem.what());
      }
    }
  });
}

void http_server::stop() {
  implementation& all = *implementation_;
  const std::lock_guard lock(all.stopping);
  if (!all.thread.joinable()) return;
  const auto on_thread = [&](const std::function<bool()>& work) {
    std::promise<bool> result;
    asio::post(all.service.io, [&] { result.set_value(work()); });
    return result.get_future().get();
  };
  const auto for_each = [&](void (http_connection::*action)()) {
    const auto copies = all.service.connections;
    for (const auto& [unused, weak] : copies) {
      if (const auto one = weak.lock()) ((*one).*action)();
    }
    return all.service.connections.empty();
  };
  const auto end = steady_clock::now() + all.service.limits.shutdown_grace;
  bool none = on_thread([&] {
    all.service.stopping = true;
    error ignored;
    for (const auto& one : all.places) one->ready.close(ignored);
    return for_each(&http_connection::stop);
  });
  while (!none && steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    none = on_thread([&] { return all.service.connections.empty(); });
  }
  // Each hears of it at what it waits for, so this is over at once; handlers that read from one are
  // told, too.
  while (!none) {
    none = on_thread([&] { return for_each(&http_connection::cut); });
  }
}

void http_server::reload_certificates() {
  implementation& all = *implementation_;
  std::vector<std::shared_ptr<asio::ssl::context>> fresh;
  for (const auto& one : all.places) {
    fresh.push_back(one->options.tls ? make_tls_context(*one->options.tls) : nullptr);
  }
  asio::post(all.service.io, [&all, fresh = std::move(fresh)] {
    for (std::size_t i = 0; i < fresh.size(); ++i) all.places[i]->tls = fresh[i];
  });
}

int http_server::port() const {
  for (const auto& one : implementation_->places) {
    if (!one->listener.is_socket()) return one->listener.port();
  }
  return 0;
}

std::vector<std::string> http_server::addresses() const {
  std::vector<std::string> all;
  for (const auto& one : implementation_->places) {
    all.push_back(shown(one->options, one->listener.port()));
  }
  return all;
}

}  // namespace manager
