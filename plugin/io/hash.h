// SHA-256 and random identifiers, by OpenSSL.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/operation.h"

namespace dm::io {

std::string sha256_hex(std::string_view bytes);  // 64 lower-case hex digits
// Of a file from its current offset to its end, in constant memory; CANCELLED or DEADLINE_EXCEEDED
// between two blocks (DM-19).
result<std::string> sha256_hex_of_file(const operation& op, int descriptor);
// Under no deadline.
inline result<std::string> sha256_hex_of_file(int descriptor) {
  return sha256_hex_of_file(operation(), descriptor);
}
std::string random_hex(std::size_t bytes);  // 2 * bytes hex digits from the system's generator

}  // namespace dm::io
