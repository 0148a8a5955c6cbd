// SHA-256, by OpenSSL, which TLS needs already.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace manager {

/// Of bytes that come piece by piece. Throws std::runtime_error where OpenSSL has no SHA-256.
class sha256_stream {
 public:
  sha256_stream();
  void update(std::string_view bytes);
  /// 64 hex digits. Once, after the last piece.
  std::string finish();

 private:
  struct closer {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, closer> context_;
};

std::string sha256_of(std::string_view bytes);
/// Reads the whole file: for work, not for a request. Throws std::system_error.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace manager
