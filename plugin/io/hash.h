// SHA-256 and random identifiers, by OpenSSL.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/operation.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace dm::io {

// Of bytes that come piece by piece.
class sha256 {
 public:
  sha256();
  void update(std::string_view bytes);
  std::string hex();  // 64 lower-case hex digits; the end of it

 private:
  struct closer {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, closer> context_;
};

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
