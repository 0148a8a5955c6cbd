// A server at a unix socket that plays a Deployment Manager for one test.
// SPDX-License-Identifier: Apache-2.0
#include "client/stand_in.h"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace client_test {
namespace {

bool complete(const std::string& request) {
  const std::size_t head = request.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const std::size_t length = request.find("Content-Length: ");
  if (length == std::string::npos || length > head) return true;
  const auto body = static_cast<std::size_t>(std::atoll(request.c_str() + length + 16));
  return request.size() >= head + 4 + body;
}

}  // namespace

temporary_directory::temporary_directory() {
  std::string name = "/tmp/dmctl-test.XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::filesystem::path& file, const std::string& text, unsigned mode) {
  std::ofstream(file) << text;
  ::chmod(file.c_str(), mode);
}

stand_in::stand_in(std::function<std::string(const std::string&)> say) : say_(std::move(say)) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket().c_str(), sizeof(address.sun_path) - 1);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 8) != 0) {
    throw std::runtime_error("cannot listen");
  }
  thread_ = std::thread([this] { serve(); });
}

stand_in::~stand_in() {
  ends_ = true;
  thread_.join();
  ::close(listener_);
}

void stand_in::serve() {
  while (!ends_) {
    pollfd waited{listener_, POLLIN, 0};
    if (::poll(&waited, 1, 20) != 1) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    std::string request;
    std::array<char, 4096> piece{};
    while (!complete(request) && !ends_) {
      pollfd readable{client, POLLIN, 0};
      if (::poll(&readable, 1, 20) != 1) continue;
      const ssize_t count = ::read(client, piece.data(), piece.size());
      if (count <= 0) break;
      request.append(piece.data(), static_cast<std::size_t>(count));
    }
    {
      const std::lock_guard lock(mutex_);
      heard_.push_back(request);
    }
    const std::string told = say_(request);
    std::size_t sent = 0;
    while (sent < told.size()) {
      const ssize_t count = ::send(client, told.data() + sent, told.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    ::close(client);
  }
}

std::vector<std::string> stand_in::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

std::string stand_in::json(int status, const std::string& body, const std::string& headers) {
  return fmt::format(
      "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nConnection: close\r\n"
      "Content-Length: {}\r\n{}\r\n{}",
      status, body.size(), headers, body);
}

}  // namespace client_test
