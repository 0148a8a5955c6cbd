// The HTTP server: listeners, one thread for all connections, lanes of threads for the handlers. By
// Boost.Asio and Boost.Beast, which only http_connection, http_wire, request_head, http_transport
// and this file's .cpp know.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_gate.h"
#include "http/http_limits.h"
#include "http/http_listener.h"
#include "http/router.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace manager {

struct http_server_options {
  std::vector<http_listener_options> listeners;
  http_limits limits;
  /// Called once, on the server's thread, when a listener cannot go on: whoever supervises should
  /// end the process. What merely passes (no descriptors left, for instance) is waited out instead.
  std::function<void(const std::string& why)> failed = [](const std::string&) {};
};

class http_server {
 public:
  /// Binds, so that a taken port is known at once: throws std::runtime_error naming the address.
  /// `routes` and `gate` must outlive the server.
  http_server(const http_server_options& options, const router& routes, http_gate& gate);
  /// Stops as stop() says, and waits for the handlers that run.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Serves on threads of its own, and returns.
  void start();
  /// No new connections or requests; streams end; what is under way after `limits.shutdown_grace`
  /// is cut off. Returns when no connection is left. Idempotent. [any-thread but a handler's]
  void stop();

  /// Reads the certificates again, for connections to come. Throws std::runtime_error and keeps the
  /// old ones when one is not usable. [any-thread]
  void reload_certificates();

  /// Of the first TCP listener; 0 when there is none.
  int port() const;
  /// All of them, as http_listener's shown() writes them.
  std::vector<std::string> addresses() const;

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace manager
