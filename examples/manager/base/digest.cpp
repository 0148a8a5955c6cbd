// SHA-256, by OpenSSL.
// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include "base/file.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <unistd.h>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace manager {
namespace {

void check(int done) {
  if (done != 1) throw std::runtime_error("SHA-256 is not available");
}

}  // namespace

void sha256_stream::closer::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

sha256_stream::sha256_stream() : context_(EVP_MD_CTX_new()) {
  check(context_ != nullptr ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
}

void sha256_stream::update(std::string_view bytes) {
  check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string sha256_stream::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  check(EVP_DigestFinal_ex(context_.get(), digest.data(), &size));
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest.at(i));
  return text;
}

std::string sha256_of(std::string_view bytes) {
  sha256_stream digest;
  digest.update(bytes);
  return digest.finish();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  const file_descriptor opened = open_for_reading(path);
  sha256_stream digest;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::read(opened.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw std::system_error(errno, std::generic_category(), "cannot read " + path.string());
    }
    if (count == 0) return digest.finish();
    digest.update({buffer.data(), static_cast<std::size_t>(count)});
  }
}

}  // namespace manager
