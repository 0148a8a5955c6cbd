// Where a service listens.
// SPDX-License-Identifier: Apache-2.0
#include "health/service_address.h"

#include <unistd.h>

#include <cerrno>

namespace dm::health {

service_address::service_address(const std::string& url) : origin_(url) {
  constexpr std::string_view scheme = "unix://";
  if (!url.starts_with(scheme)) return;
  socket_ = url.substr(scheme.size());
  origin_ = "http://localhost";
}

io::http_request service_address::get(const std::string& path) const {
  io::http_request request;
  request.url = origin_ + path;
  request.unix_socket = socket_;
  return request;
}

std::optional<error> service_address::barred() const {
  if (socket_.empty() || ::access(socket_.c_str(), W_OK) == 0 || errno != EACCES)
    return std::nullopt;
  error why;
  why.code = status_code::permission_denied;
  why.message = "this account may not write to the socket " + socket_;
  return why;
}

}  // namespace dm::health
