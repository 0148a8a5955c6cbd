// HTTP to one Deployment Manager.
// SPDX-License-Identifier: Apache-2.0
#include "client/connection.h"

#include "client/private_file.h"
#include "client/text.h"
#include "io/ascii_case.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

namespace dmctl {
namespace {

constexpr std::size_t largest_answer = 64U << 20;
constexpr std::size_t largest_token_file = 8192;

std::string without_ends(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

std::string required_private_file(const std::string& file, std::size_t limit) {
  auto text = read_private_file(file, limit);
  if (!text) throw problem(exit_code::usage, fmt::format("{}: there is no such file", file));
  return std::move(*text);
}

// The token alone, or a header's line as curl takes it from a file: "Authorization: Bearer …".
std::string authorization_of(const std::string& file) {
  std::string token = without_ends(required_private_file(file, largest_token_file));
  constexpr std::string_view header = "Authorization: Bearer ";
  if (token.starts_with(header)) token = token.substr(header.size());
  const bool readable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (token.empty() || !readable) {
    throw problem(exit_code::usage, fmt::format("{}: holds no token", harmless(file)));
  }
  return std::string(header) + token;
}

// The network took it away before anything could have arrived.
bool never_sent(CURLcode code, CURL* easy) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return true;
    default:
      break;
  }
  long sent = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
  return sent == 0;
}

}  // namespace

struct connection::transfer {
  const request& what;
  CURL* easy;
  answer result;
  bool too_large = false;
  std::exception_ptr thrown;
  // The last sign of life of a stream.
  std::chrono::steady_clock::time_point heard = std::chrono::steady_clock::now();
};

namespace {

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
std::size_t on_file(char* data, std::size_t size, std::size_t count, void* user);

}  // namespace

connection::connection(place where, std::chrono::milliseconds connect_timeout,
                       const interruption& stop)
    : where_(std::move(where)), connect_timeout_(connect_timeout), stop_(stop) {
  if (!where_.token_file.empty()) headers_.push_back(authorization_of(where_.token_file));
  if (!where_.netrc_file.empty()) required_private_file(where_.netrc_file, largest_token_file);
  if (!where_.key.empty()) required_private_file(where_.key, 1U << 20);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  easy_ = curl_easy_init();
  multi_ = curl_multi_init();
  if (easy_ == nullptr || multi_ == nullptr) throw std::bad_alloc();
}

connection::~connection() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

void connection::set_place() {
  CURL* const easy = easy_;
  // What lasts from the request before: an open connection. All options are anew.
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_timeout_.count()));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "dmctl/" DM_VERSION);
  if (where_.url.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, where_.socket.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  } else {
    // What runs on this machine is asked directly, whatever http_proxy says; else that and
    // no_proxy decide, as everywhere.
    const char* excepted = std::getenv("no_proxy");
    if (excepted == nullptr) excepted = std::getenv("NO_PROXY");
    const std::string all = std::string("localhost,127.0.0.1,::1") +
                            (excepted == nullptr ? "" : ",") +
                            (excepted == nullptr ? "" : excepted);
    curl_easy_setopt(easy, CURLOPT_NOPROXY,
                     excepted != nullptr && std::string_view(excepted) == "*" ? "*" : all.c_str());
  }
  if (!where_.ca.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, where_.ca.c_str());
  if (!where_.certificate.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSLCERT, where_.certificate.c_str());
    curl_easy_setopt(easy, CURLOPT_SSLKEY, where_.key.c_str());
  }
  if (!where_.netrc_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_REQUIRED));
    curl_easy_setopt(easy, CURLOPT_NETRC_FILE, where_.netrc_file.c_str());
  }
}

void connection::set_request(const request& what, transfer& running) {
  CURL* const easy = easy_;
  std::string base = where_.url.empty() ? "http://localhost" : where_.url;
  while (base.ends_with('/')) base.pop_back();
  curl_easy_setopt(easy, CURLOPT_URL, (base + what.target).c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &running);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &running);
  // Silence, not length, is what ends a request: bytes of any number, at least one a second.
  // A stream that has no news sends less, three bytes now and then: wait_for() minds it.
  if (!what.receive) {
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                     std::max<long>(1, static_cast<long>(what.longest.count() / 1000)));
  }
  if (what.file != nullptr) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_file);
    curl_easy_setopt(easy, CURLOPT_READDATA, &running);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(what.file_bytes));
  } else if (!what.body.empty() || what.method == "POST" || what.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, what.body.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, what.method.c_str());
  // libcurl sends again what got no answer on a connection that it has used before: not a write.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, what.method == "GET" ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
}

// Until the transfer has ended; CURLcode, or -1: interrupted.
int connection::wait_for(transfer& running) {
  const request& what = running.what;
  int left = 1;
  while (left > 0) {
    if (curl_multi_perform(multi_, &left) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    if (left == 0) break;
    curl_waitfd signal{stop_.descriptor(), CURL_WAIT_POLLIN, 0};
    curl_multi_poll(multi_, &signal, 1, 250, nullptr);
    if (stop_.requested()) return -1;
    if (what.enough && what.enough()) {
      running.result.cut = true;
      return CURLE_OK;
    }
    if (what.receive && std::chrono::steady_clock::now() - running.heard > what.longest) {
      return CURLE_OPERATION_TIMEDOUT;
    }
    if (what.tick) {
      curl_off_t sent = 0;
      curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &sent);
      what.tick(static_cast<std::uint64_t>(sent));
    }
  }
  for (int ignored = 0; const CURLMsg* told = curl_multi_info_read(multi_, &ignored);) {
    if (told->msg == CURLMSG_DONE) return told->data.result;
  }
  return CURLE_RECV_ERROR;
}

// libcurl knows a socket by the host and port of the URL, which nobody has given.
std::string connection::reason_of(int code, const std::string& trouble) const {
  const std::string known = curl_easy_strerror(static_cast<CURLcode>(code));
  curl_off_t connected = 0;
  curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connected);
  if (!where_.url.empty() || connected > 0) return trouble.empty() ? known : trouble;
  long number = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &number);
  return number > 0 ? std::generic_category().message(static_cast<int>(number)) : known;
}

answer connection::ask(const request& what) {
  transfer running{what, easy_, {}, false, nullptr, std::chrono::steady_clock::now()};
  std::string trouble(CURL_ERROR_SIZE, '\0');
  set_place();
  set_request(what, running);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, trouble.data());
  curl_slist* first = curl_slist_append(nullptr, "Expect:");
  if (what.file == nullptr && !what.body.empty()) {
    first = curl_slist_append(first, "Content-Type: application/json");
  }
  first = curl_slist_append(first, what.receive ? "Accept: text/event-stream, application/json"
                                                : "Accept: application/json");
  for (const std::string& one : headers_) first = curl_slist_append(first, one.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(first,
                                                                            curl_slist_free_all);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers.get());
  curl_multi_add_handle(multi_, easy_);
  const int ended = wait_for(running);
  curl_multi_remove_handle(multi_, easy_);
  const auto code = static_cast<CURLcode>(std::max(ended, 0));
  const bool sent = !never_sent(code, easy_);
  if (running.thrown) std::rethrow_exception(running.thrown);
  if (ended < 0) throw interrupted(sent);
  if (running.too_large) {
    throw problem(exit_code::unreachable, fmt::format("the answer is larger than {} MiB; ask for "
                                                      "less of it, with --limit for instance",
                                                      largest_answer >> 20U));
  }
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &running.result.status);
  if (code != CURLE_OK && !running.result.cut) {
    trouble.resize(std::min(trouble.find('\0'), trouble.size()));
    const std::string why = reason_of(code, trouble);
    throw no_answer(
        fmt::format("{} does not answer: {}", harmless(shown_address(where_)), harmless(why)),
        sent);
  }
  return std::move(running.result);
}

namespace {

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& running = *static_cast<connection::transfer*>(user);
  const std::string_view piece(data, size * count);
  running.heard = std::chrono::steady_clock::now();
  try {
    long status = 0;
    curl_easy_getinfo(running.easy, CURLINFO_RESPONSE_CODE, &status);
    if (running.what.receive && status == 200) {
      running.result.cut = !running.what.receive(piece);
      return running.result.cut ? 0 : piece.size();
    }
    running.too_large = running.result.body.size() + piece.size() > largest_answer;
    if (running.too_large) return 0;
    running.result.body += piece;
    return piece.size();
  } catch (...) {
    running.thrown = std::current_exception();
    return 0;
  }
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& running = *static_cast<connection::transfer*>(user);
  const std::string_view line(data, size * count);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  const std::string name = dm::io::lower_ascii(line.substr(0, colon));
  const std::string value = without_ends(line.substr(colon + 1));
  if (name == "location") running.result.location = value;
  if (name == "link") running.result.link = value;
  return line.size();
}

std::size_t on_file(char* data, std::size_t size, std::size_t count, void* user) {
  auto& running = *static_cast<connection::transfer*>(user);
  const std::size_t read = std::fread(data, 1, size * count, running.what.file);
  if (read == 0 && std::ferror(running.what.file) != 0) return CURL_READFUNC_ABORT;
  return read;
}

}  // namespace

}  // namespace dmctl
