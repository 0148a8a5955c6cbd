// Certificates for a test, by libcrypto.
// SPDX-License-Identifier: Apache-2.0
#include "support/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace manager_test {
namespace {

using key_pointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_pointer = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr long two_days = 48L * 3600;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("libcrypto: ") + what);
}

key_pointer new_key() {
  key_pointer key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
  require(key != nullptr, "key");
  return key;
}

void extend(X509* certificate, X509* issuer, int extension, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str());
  require(made != nullptr, value.c_str());
  const int added = X509_add_ext(certificate, made, -1);
  X509_EXTENSION_free(made);
  require(added == 1, value.c_str());
}

// Not signed yet.
certificate_pointer new_certificate(const std::string& common_name, EVP_PKEY* key, long seconds) {
  static std::atomic<std::uint64_t> serial{1};
  certificate_pointer made(X509_new(), X509_free);
  require(made != nullptr, "certificate");
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -two_days);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds);
  require(X509_set_pubkey(made.get(), key) == 1, "public key");
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, text,
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "name");
  return made;
}

template <typename Write>
void write_pem(const std::string& file, Write write) {
  std::FILE* stream = std::fopen(file.c_str(), "we");
  require(stream != nullptr, file.c_str());
  const int written = write(stream);
  std::fclose(stream);
  require(written == 1, file.c_str());
}

}  // namespace

certificate_authority::certificate_authority(const std::filesystem::path& directory,
                                             const std::string& file, const std::string& name)
    : directory_(directory),
      file_((directory / (file + ".pem")).string()),
      key_(new_key()),
      certificate_(new_certificate(name, key_.get(), two_days)) {
  X509* own = certificate_.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  extend(own, own, NID_basic_constraints, "critical,CA:TRUE");
  extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  require(X509_sign(own, key_.get(), EVP_sha256()) > 0, "signature");
  write_pem(file_, [&](std::FILE* stream) { return PEM_write_X509(stream, own); });
}

certificate_files certificate_authority::issue(const std::string& file,
                                               const std::string& common_name,
                                               const std::string& alternative,
                                               std::chrono::hours lifetime) const {
  const key_pointer key = new_key();
  const long seconds = std::chrono::seconds(lifetime).count();
  const certificate_pointer made = new_certificate(common_name, key.get(), seconds);
  X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get()));
  if (!alternative.empty()) {
    extend(made.get(), certificate_.get(), NID_subject_alt_name, alternative);
  }
  require(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0, "signature");
  certificate_files files{(directory_ / (file + ".pem")).string(),
                          (directory_ / (file + ".key")).string()};
  write_pem(files.certificate,
            [&](std::FILE* stream) { return PEM_write_X509(stream, made.get()); });
  write_pem(files.key, [&](std::FILE* stream) {
    return PEM_write_PrivateKey(stream, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

}  // namespace manager_test
