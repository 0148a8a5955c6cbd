// HTTP requests of the Deployment Manager itself, by libcurl.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_client.h"

#include "access/secrets.h"
#include "base/failure.h"
#include "base/names.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>

namespace manager {
namespace {

constexpr long connect_timeout_ms = 10'000;

struct transfer {
  const http_call& call;
  CURL* handle;
  http_result result;
  std::exception_ptr thrown;  // by call.receive; must not cross libcurl
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& running = *static_cast<transfer*>(user);
  const std::string_view piece(data, size * count);
  try {
    long status = 0;
    curl_easy_getinfo(running.handle, CURLINFO_RESPONSE_CODE, &status);
    if (running.call.receive && status == 200) {
      running.call.receive(piece);
    } else {
      std::string& body = running.result.body;
      const std::size_t room = running.call.largest_body - body.size();
      body.append(piece.substr(0, room));
      if (piece.size() > room) {
        running.result.cut = true;
        return 0;
      }
    }
  } catch (...) {
    running.thrown = std::current_exception();
    return 0;
  }
  return piece.size();
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& running = *static_cast<transfer*>(user);
  return running.call.cancel != nullptr && running.call.cancel->requested() ? 1 : 0;
}

void initialise_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
      throw std::runtime_error("libcurl could not be initialised");
    }
  });
}

void set_method(CURL* handle, const http_call& call) {
  if (call.method == "GET") {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  if (call.method == "DELETE" && call.body.empty()) return;
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.c_str());
}

}  // namespace

http_result perform(const http_call& call) {
  initialise_once();
  if (call.cancel != nullptr) call.cancel->check();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   curl_easy_cleanup);
  if (!handle) throw std::runtime_error("libcurl gave no handle: out of memory");
  curl_slist* first = curl_slist_append(nullptr, "Expect:");
  if (!call.body.empty()) first = curl_slist_append(first, "Content-Type: application/json");
  for (const std::string& header : call.headers) first = curl_slist_append(first, header.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(first,
                                                                            curl_slist_free_all);
  transfer running{call, handle.get(), {}, nullptr};
  CURL* curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &running);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &running);
  set_method(curl, call);

  const CURLcode code = curl_easy_perform(curl);
  if (running.thrown) std::rethrow_exception(running.thrown);
  // Which says who wanted that.
  if (code == CURLE_ABORTED_BY_CALLBACK) call.cancel->check();
  if (code != CURLE_OK && !running.result.cut) {
    throw failure(failure_kind::failed_connection,
                  fmt::format("{} {} did not succeed: {}", call.method, shown_address(call.url),
                              curl_easy_strerror(code)));
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &running.result.status);
  char* location = nullptr;
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
  if (location != nullptr) running.result.location = location;
  return std::move(running.result);
}

bool is_http_address(const std::string& text) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> address(curl_url(), curl_url_cleanup);
  if (!address) throw std::runtime_error("libcurl gave no handle: out of memory");
  const bool scheme = text.starts_with("http://") || text.starts_with("https://");
  return scheme && curl_url_set(address.get(), CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view unreserved =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string result;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string percent_encode_path(std::string_view path) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') continue;
    result += percent_encode(path.substr(begin, i - begin));
    if (i < path.size()) result += '/';
    begin = i + 1;
  }
  return result;
}

}  // namespace manager
