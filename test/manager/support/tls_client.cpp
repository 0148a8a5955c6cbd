// A client that speaks TLS, by libcurl.
// SPDX-License-Identifier: Apache-2.0
#include "support/tls_client.h"

#include <curl/curl.h>

#include <memory>
#include <stdexcept>

namespace manager_test {
namespace {

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

}  // namespace

tls_answer ask_over_tls(int port, const std::string& authority, const std::string& method,
                        const std::string& path, const certificate_files& own) {
  curl_global_init(CURL_GLOBAL_ALL);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   curl_easy_cleanup);
  if (!handle) throw std::runtime_error("libcurl gave no handle");
  CURL* curl = handle.get();
  tls_answer answer;
  const std::string url = "https://127.0.0.1:" + std::to_string(port) + path;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl, CURLOPT_CAINFO, authority.c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!own.certificate.empty()) {
    curl_easy_setopt(curl, CURLOPT_SSLCERT, own.certificate.c_str());
    curl_easy_setopt(curl, CURLOPT_SSLKEY, own.key.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) answer.problem = curl_easy_strerror(code);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace manager_test
