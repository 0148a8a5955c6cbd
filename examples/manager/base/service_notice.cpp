// What a service manager is told.
// SPDX-License-Identifier: Apache-2.0
#include "base/service_notice.h"

#include "base/file.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace manager {
namespace {

long number_of(const char* variable) {
  const char* text = std::getenv(variable);
  long value = 0;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), value);
  return value;
}

}  // namespace

bool notify_service_manager(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || (path[0] != '/' && path[0] != '@')) return false;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof(address.sun_path)) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract one
  const file_descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  return ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address),
                  size) == static_cast<ssize_t>(state.size());
}

std::chrono::milliseconds watchdog_interval() {
  const long pid = number_of("WATCHDOG_PID");
  if (pid != 0 && pid != ::getpid()) return std::chrono::milliseconds(0);
  const long allowed = number_of("WATCHDOG_USEC");
  if (allowed <= 0) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(std::max(1L, allowed / 2000));
}

}  // namespace manager
