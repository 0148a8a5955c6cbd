// A client that sends exactly the bytes that a test says.
// SPDX-License-Identifier: Apache-2.0
#include "support/raw_client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace manager_test {
namespace {

void set_patience(int descriptor) {
  const timeval seconds{30, 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &seconds, sizeof(seconds));
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &seconds, sizeof(seconds));
}

manager::file_descriptor connected(int family, const sockaddr* address, socklen_t size) {
  manager::file_descriptor made(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.valid() || ::connect(made.get(), address, size) != 0) {
    throw std::runtime_error(std::string("cannot connect: ") + std::strerror(errno));
  }
  set_patience(made.get());
  return made;
}

}  // namespace

raw_client::raw_client(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection_ = connected(AF_INET, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

raw_client::raw_client(const std::filesystem::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof(address.sun_path) - 1);
  connection_ = connected(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

bool raw_client::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count =
        ::send(connection_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::string raw_client::receive(std::size_t enough) {
  std::array<char, 65536> buffer{};
  while (rest_.size() < enough) {
    const ssize_t count = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    rest_.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return std::exchange(rest_, {});
}

std::string raw_client::receive_answer() {
  std::string answer;
  for (;;) {
    const std::size_t end = answer.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t at = answer.find("Content-Length: ");
      const std::size_t length = at < end ? std::strtoul(answer.c_str() + at + 16, nullptr, 10) : 0;
      if (answer.size() >= end + 4 + length) {
        rest_ = answer.substr(end + 4 + length);
        return answer.substr(0, end + 4 + length);
      }
    }
    const std::string more = receive(1);
    if (more.empty()) return answer;
    answer += more;
  }
}

bool raw_client::is_closed() {
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) continue;
    return count == 0 || errno == ECONNRESET;
  }
}

std::string converse(int port, const std::string& bytes) {
  raw_client client(port);
  client.send(bytes);
  return client.receive();
}

std::string request(const std::string& line, const std::string& fields) {
  return line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + fields + "\r\n";
}

int status_of(const std::string& answer) {
  if (!answer.starts_with("HTTP/1.1 ")) return 0;
  return std::atoi(answer.c_str() + 9);
}

std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

}  // namespace manager_test
