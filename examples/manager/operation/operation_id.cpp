// Names of operations.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_id.h"

#include <fmt/format.h>

#include <sys/random.h>
#include <array>
#include <stdexcept>

namespace manager {

std::string make_operation_id() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("the system gave no random numbers");
  }
  std::string id;
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

}  // namespace manager
