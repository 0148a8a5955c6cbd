// The HTTP server. The only file of the Deployment Manager that knows cpp-httplib is its .cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/router.h"

#include <cstdint>
#include <memory>
#include <string>

namespace manager {

struct http_server_options {
  std::string address = "127.0.0.1";
  int port = 0;  // 0: any free port
  std::uint64_t threads = 16;
  std::uint64_t body_limit = 1ULL << 30;
};

class http_server {
 public:
  /// Binds, so that a taken port is known at once: throws std::runtime_error naming the address.
  /// `routes` must outlive the server.
  http_server(const http_server_options& options, const router& routes);
  /// Stops accepting, waits for the requests that run.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Serves on threads of its own, and returns.
  void start();
  int port() const;

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace manager
