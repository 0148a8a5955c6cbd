// The bytes of one connection, plain or TLS.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_transport.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>
#include <stdexcept>
#include <utility>

namespace manager {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;

bool has_hung_up(int descriptor) {
  pollfd asked{descriptor, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

class plain_transport final : public http_transport {
 public:
  explicit plain_transport(socket from) : socket_(std::move(from)) {}

  asio::awaitable<void> handshake(error&) override { co_return; }

  asio::awaitable<std::size_t> read(asio::mutable_buffer into, error& failed) override {
    co_return co_await socket_.async_read_some(asio::mutable_buffers_1(into),
                                               redirect_error(use_awaitable, failed));
  }

  asio::awaitable<std::size_t> write(asio::const_buffer from, error& failed) override {
    co_return co_await socket_.async_write_some(asio::const_buffers_1(from),
                                                redirect_error(use_awaitable, failed));
  }

  asio::awaitable<void> finish() override {
    error ignored;
    socket_.shutdown(socket::shutdown_send, ignored);
    co_return;
  }

  void interrupt() override {
    error ignored;
    socket_.cancel(ignored);
  }

  void close() override {
    error ignored;
    socket_.close(ignored);
  }

  bool other_end_has_gone() override { return has_hung_up(socket_.native_handle()); }

  std::vector<std::string> certificate_names() const override { return {}; }

 private:
  socket socket_;
};

// NUL in a name would make a prefix of it look like the whole.
void add_name(std::vector<std::string>& names, const char* kind, const ASN1_STRING* text) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, text);
  if (size < 0) return;
  std::string name(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  if (!name.empty() && name.find('\0') == std::string::npos) {
    names.push_back(fmt::format("{}:{}", kind, name));
  }
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  X509_NAME* subject = X509_get_subject_name(certificate);
  for (int i = -1; (i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;) {
    add_name(names, "CN", X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)));
  }
  auto* others = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; others != nullptr && i < sk_GENERAL_NAME_num(others); ++i) {
    const GENERAL_NAME* one = sk_GENERAL_NAME_value(others, i);
    if (one->type == GEN_DNS) add_name(names, "DNS", one->d.dNSName);
    if (one->type == GEN_EMAIL) add_name(names, "EMAIL", one->d.rfc822Name);
    if (one->type == GEN_URI) add_name(names, "URI", one->d.uniformResourceIdentifier);
  }
  GENERAL_NAMES_free(others);
  return names;
}

class tls_transport final : public http_transport {
 public:
  tls_transport(socket from, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(from), *context_) {}

  asio::awaitable<void> handshake(error& failed) override {
    co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                     redirect_error(use_awaitable, failed));
  }

  asio::awaitable<std::size_t> read(asio::mutable_buffer into, error& failed) override {
    co_return co_await stream_.async_read_some(asio::mutable_buffers_1(into),
                                               redirect_error(use_awaitable, failed));
  }

  asio::awaitable<std::size_t> write(asio::const_buffer from, error& failed) override {
    co_return co_await stream_.async_write_some(asio::const_buffers_1(from),
                                                redirect_error(use_awaitable, failed));
  }

  // Also waits for the other end's close_notify, as long as the caller's deadline allows.
  asio::awaitable<void> finish() override {
    error ignored;
    co_await stream_.async_shutdown(redirect_error(use_awaitable, ignored));
    stream_.lowest_layer().shutdown(socket::shutdown_send, ignored);
  }

  void interrupt() override {
    error ignored;
    stream_.lowest_layer().cancel(ignored);
  }

  void close() override {
    error ignored;
    stream_.lowest_layer().close(ignored);
  }

  bool other_end_has_gone() override { return has_hung_up(stream_.lowest_layer().native_handle()); }

  std::vector<std::string> certificate_names() const override {
    SSL* connection = const_cast<asio::ssl::stream<socket>&>(stream_).native_handle();
    X509* certificate = SSL_get1_peer_certificate(connection);
    if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return {};
    auto names = names_of(certificate);
    X509_free(certificate);
    return names;
  }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<socket> stream_;
};

}  // namespace

std::unique_ptr<http_transport> make_plain_transport(http_transport::socket socket) {
  return std::make_unique<plain_transport>(std::move(socket));
}

std::unique_ptr<http_transport> make_tls_transport(http_transport::socket socket,
                                                   std::shared_ptr<asio::ssl::context> context) {
  return std::make_unique<tls_transport>(std::move(socket), std::move(context));
}

std::shared_ptr<asio::ssl::context> make_tls_context(const tls_files& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  const auto check = [](const boost::system::error_code& failed, const std::string& key,
                        const std::string& file) {
    if (!failed) return;
    throw std::runtime_error(fmt::format("{}: {} cannot be used: {}", key, file, failed.message()));
  };
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  // A session taken up again would carry a certificate that nobody has checked anew.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  boost::system::error_code failed;
  context->use_certificate_chain_file(files.certificate, failed);
  check(failed, "certificate", files.certificate);
  context->use_private_key_file(files.key, asio::ssl::context::pem, failed);
  check(failed, "key", files.key);
  if (SSL_CTX_check_private_key(raw) != 1) {
    throw std::runtime_error(
        fmt::format("key: {} is not the key of {}", files.key, files.certificate));
  }
  if (files.client_ca.empty()) return context;
  context->load_verify_file(files.client_ca, failed);
  check(failed, "client_ca", files.client_ca);
  SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(files.client_ca.c_str()));
  // Asked for and checked, not demanded: who has none may have a token.
  context->set_verify_mode(asio::ssl::verify_peer);
  return context;
}

}  // namespace manager
