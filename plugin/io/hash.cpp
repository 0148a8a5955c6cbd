// SHA-256 and random identifiers, by OpenSSL.
// SPDX-License-Identifier: Apache-2.0
#include "io/hash.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "io/file.h"

namespace dm::io {

namespace {

std::string hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
  return text;
}

// OpenSSL fails here only when it is out of memory or its installation is broken; the boundary's
// firewall reports it.
void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

}  // namespace

void sha256::closer::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

sha256::sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1, "SHA-256");
}

void sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "SHA-256");
}

std::string sha256::hex() {
  std::array<unsigned char, 32> digest{};
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1, "SHA-256");
  return io::hex(digest);
}

std::string sha256_hex(std::string_view bytes) {
  sha256 digest;
  digest.update(bytes);
  return digest.hex();
}

result<std::string> sha256_hex_of_file(const operation& op, int descriptor) {
  sha256 digest;
  std::vector<char> buffer(std::size_t{64} << 10);
  for (;;) {
    if (auto going_on = op.check("the SHA-256 of a file"); !going_on)
      return fail(std::move(going_on.error()));
    const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(errno_error(errno, "read", "a file to compute its SHA-256"));
    if (size == 0) return digest.hex();
    digest.update({buffer.data(), static_cast<std::size_t>(size)});
  }
}

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  require(bytes == 0 || RAND_bytes(random.data(), static_cast<int>(bytes)) == 1, "RAND_bytes");
  return hex(random);
}

}  // namespace dm::io
