// Certificates for a test, made by it: an authority, and what it signs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace manager_test {

struct certificate_files {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

class certificate_authority {
 public:
  /// Its own certificate is <directory>/<file>.pem; `name` is its subject.
  certificate_authority(const std::filesystem::path& directory, const std::string& file,
                        const std::string& name = "authority of a test");

  const std::string& file() const { return file_; }

  /// Writes <file>.pem and <file>.key beside its own. `alternative` is a subjectAltName such as
  /// "IP:127.0.0.1", or empty. A certificate is good from two days ago until `lifetime` from now.
  certificate_files issue(const std::string& file, const std::string& common_name,
                          const std::string& alternative = "",
                          std::chrono::hours lifetime = std::chrono::hours(24)) const;

 private:
  using key_pointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using certificate_pointer = std::unique_ptr<X509, decltype(&X509_free)>;

  std::filesystem::path directory_;
  std::string file_;
  key_pointer key_;
  certificate_pointer certificate_;
};

}  // namespace manager_test
