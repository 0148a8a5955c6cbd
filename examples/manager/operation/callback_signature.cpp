// Proof that a callback comes from this Deployment Manager.
// SPDX-License-Identifier: Apache-2.0
#include "operation/callback_signature.h"

#include "base/file.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <sys/stat.h>
#include <array>
#include <stdexcept>

namespace manager {

std::string read_callback_secret(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    throw std::runtime_error(fmt::format("{} cannot be read", file.string()));
  }
  if ((status.st_mode & S_IRWXO) != 0) {
    throw std::runtime_error(
        fmt::format("{} may be used by everyone; change its mode to 0600 first", file.string()));
  }
  std::string secret = read_text(file, longest_callback_secret);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.size() < shortest_callback_secret) {
    throw std::runtime_error(fmt::format("{} holds fewer than {} bytes: no secret", file.string(),
                                         shortest_callback_secret));
  }
  return secret;
}

std::string signature_header(std::string_view secret, std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (::HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(),
             &size) == nullptr) {
    throw std::runtime_error("OpenSSL made no HMAC");
  }
  std::string text = "X-Signature-256: sha256=";
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace manager
