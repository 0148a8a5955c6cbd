// Where a server is to be reached, as the configuration says it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace manager {

struct tls_files {
  std::string certificate;  // PEM, with its chain
  std::string key;          // PEM
  std::string client_ca;    // PEM; empty: clients are not asked for a certificate
};

struct http_listener_options {
  // A unix socket, where `path` is not empty.
  std::filesystem::path path;
  unsigned mode = 0660;
  std::string group;  // empty: the process's own

  // Else TCP.
  std::string address = "127.0.0.1";
  int port = 0;  // 0: any free port
  std::optional<tls_files> tls;

  bool is_socket() const { return !path.empty(); }
};

}  // namespace manager
