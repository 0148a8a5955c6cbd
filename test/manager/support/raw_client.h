// A client that sends exactly the bytes that a test says, over TCP or a unix socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.h"

#include <filesystem>
#include <string>

namespace manager_test {

class raw_client {
 public:
  explicit raw_client(int port);  // on 127.0.0.1
  explicit raw_client(const std::filesystem::path& socket);

  /// Sends what the other end takes within some seconds; false when it takes no more.
  bool send(const std::string& bytes);
  /// Everything until the other end closes, or until `enough` bytes have come, or for 30 s.
  std::string receive(std::size_t enough = static_cast<std::size_t>(-1));
  /// One answer with a Content-Length; the connection stays.
  std::string receive_answer();
  /// True when the other end has closed; waits up to 30 s for it.
  bool is_closed();

 private:
  manager::file_descriptor connection_;
  std::string rest_;
};

/// Sends the bytes on a connection of its own and returns all that comes back.
std::string converse(int port, const std::string& bytes);
/// "GET /x" -> a whole request without a body, "Connection: close".
std::string request(const std::string& line, const std::string& fields = "");
/// The status code of an answer's text; 0 where it is none.
int status_of(const std::string& answer);
/// What comes after the head.
std::string body_of(const std::string& answer);

}  // namespace manager_test
