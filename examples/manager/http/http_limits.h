// What the HTTP server grants a client, and what it calls a client.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace manager {

struct http_limits {
  std::uint32_t header_bytes = 32U << 10;
  std::size_t header_fields = 100;
  std::size_t target_bytes = 2048;
  std::uint64_t body_bytes = 1U << 20;       // of a body that is kept in memory: JSON
  std::uint64_t upload_bytes = 1ULL << 30;   // of a body that is streamed
  std::uint64_t bodies_bytes = 64ULL << 20;  // of all bodies in memory together
  std::chrono::milliseconds header_time{10'000};
  /// From the first byte of a body to its last; an upload has a second more for each
  /// `upload_bytes_per_second` that have come.
  std::chrono::milliseconds request_time{60'000};
  std::uint64_t upload_bytes_per_second = 1024;
  std::chrono::milliseconds idle_time{60'000};   // between two requests of a connection
  std::chrono::milliseconds write_time{30'000};  // without progress while an answer is sent
  std::size_t connections = 1000;
  std::size_t connections_per_peer = 400;
  std::size_t requests_per_connection = 1000;
  std::size_t threads = 8;         // of each lane
  std::size_t queue_length = 256;  // of each lane
  std::chrono::milliseconds shutdown_grace{5'000};
};

/// The other end of a connection, as far as the transport knows it.
struct http_peer {
  bool is_socket = false;
  uid_t uid = 0;        // of a unix socket: the kernel's word
  std::string address;  // of TCP: without the port
  std::string shown;    // "127.0.0.1:40312", "socket uid=1000 pid=4711"
  /// Of a verified client certificate: "CN:alice", "DNS:host.example", "EMAIL:…", "URI:…".
  std::vector<std::string> certificate_names;
};

}  // namespace manager
