// Where the server is reached: a unix socket, or a TCP address with or without TLS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"
#include "http/http_limits.h"
#include "http/http_listener_options.h"

#include <filesystem>
#include <stdexcept>
#include <string>

namespace manager {

/// Somebody listens there already.
class address_taken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// "unix:/run/x.sock", "http://127.0.0.1:5000", "https://[::1]:5000"
std::string shown(const http_listener_options& options, int port);

/// Whether a listener could be opened now: throws what it would throw. A TCP address is bound and
/// given back at once; of a unix socket nothing is made, and who listens on it sees a connection
/// that ends.
void try_listener(const http_listener_options& options);

class http_listener {
 public:
  /// Binds and listens. A socket file that nobody listens on any more is replaced; its directory is
  /// made if only the last part of it is missing. Throws address_taken, or another
  /// std::runtime_error, that says where and what to do.
  explicit http_listener(const http_listener_options& options);
  /// Removes the socket file.
  ~http_listener();
  http_listener(const http_listener&) = delete;
  http_listener& operator=(const http_listener&) = delete;

  int descriptor() const { return descriptor_.get(); }
  int port() const { return port_; }  // 0: a unix socket
  bool is_socket() const { return !path_.empty(); }

  /// Takes one connection that waits; invalid with errno as accept(2) left it. Never blocks.
  file_descriptor accept(http_peer& peer) const;

 private:
  void listen_on_path(const http_listener_options& options);
  void listen_on_address(const http_listener_options& options);

  std::filesystem::path path_;
  file_descriptor descriptor_;
  file_descriptor lock_;  // beside a socket file: who has it may replace the file
  int port_ = 0;
};

}  // namespace manager
