// One HTTP transfer of libcurl: a request put into an easy handle, its answer and its failure taken
// out of it.
// SPDX-License-Identifier: Apache-2.0
#include "io/transfer.h"
#include "io/ascii_case.h"
#include "io/trimmed.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

namespace dm::io {

namespace {

constexpr long upload_buffer = 256 << 10;  // of a file
constexpr long small_buffer = 16 << 10;    // the guard polls a few kilobytes and must stay small

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// libcurl's own words, without how long the attempt took ("after 3 ms"): the same failure must read
// the same each time, so that whoever waits it out logs it once.
std::string without_duration(std::string text) {
  const std::size_t begin = text.find(" after ");
  if (begin == std::string::npos) return text;
  std::size_t end = text.find_first_not_of("0123456789", begin + 7);
  if (end == begin + 7 || end == std::string::npos || text.compare(end, 3, " ms") != 0) return text;
  return text.erase(begin, end + 3 - begin);
}

// libcurl 7.88 does not ask for close-on-exec, and a child of the host must inherit nothing of ours
// (DM-23). Its own wake-up socket pair stays inheritable: libcurl gives no way to it.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// What a handle was made ready for is good for the next one too.
bool differs_in_url_alone(const http_request& one, const http_request& other) {
  const auto bare = [](const http_request& request) {
    return request.method == "GET" && request.body.empty() && request.body_file < 0;
  };
  return bare(one) && bare(other) && one.headers == other.headers &&
         one.unix_socket == other.unix_socket && one.user_password == other.user_password &&
         one.timeout == other.timeout && one.connect_timeout == other.connect_timeout &&
         one.leaves_resolver == other.leaves_resolver && one.stall_limit == other.stall_limit;
}

}  // namespace

result<void> transfer::prepare(http_request request, std::size_t index) {
  const bool alike = easy_ && differs_in_url_alone(request_, request);
  request_ = std::move(request);
  index_ = index;
  response_ = {};
  said_[0] = '\0';
  sent_bytes_ = 0;
  read_error_ = 0;
  too_large_ = out_of_memory_ = file_too_short_ = false;
  // A line break in any of these would smuggle a header, or a whole request, to the server (INV-8).
  if (has_control_character(request_.url) || request_.url.find(' ') != std::string::npos) {
    return fail(status_code::invalid_argument, "the URL " + printable_url(request_.url) +
                                                   " contains a blank or a control character");
  }
  if (!alike) {
    if (auto ready = prepare_handle(); !ready) {
      easy_.reset();  // half made ready is nothing to go on from
      return ready;
    }
  }
  if (curl_easy_setopt(easy_.get(), CURLOPT_URL, request_.url.c_str()) != CURLE_OK)
    return fail(status_code::resource_exhausted, "libcurl cannot take a URL of that length");
  return {};
}

result<void> transfer::prepare_handle() {
  if (!is_token(request_.method)) {
    return fail(status_code::invalid_argument, "the HTTP method is not a word");
  }
  if (easy_) {
    curl_easy_reset(easy_.get());
  } else {
    easy_.reset(curl_easy_init());
  }
  if (!easy_) return fail(status_code::resource_exhausted, "libcurl cannot allocate a transfer");
  headers_.reset();
  if (auto ready = prepare_headers(); !ready) return ready;

  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, said_.data());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY,
                   "");  // nothing of the host's environment decides where a request goes
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, small_buffer);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, small_buffer);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "dm-flink/1.0");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(1, request_.timeout.count())));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max<std::int64_t>(1, request_.connect_timeout.count())));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  if (request_.stall_limit.count() > 0) {
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);  // bytes a second
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request_.stall_limit.count()));
  }
  if (request_.leaves_resolver) curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  if (!request_.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  }
  if (!request_.user_password.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_easy_setopt(easy, CURLOPT_USERPWD, request_.user_password.c_str());
  }
  prepare_method();
  return {};
}

result<void> transfer::prepare_headers() {
  bool accepts = false;
  bool typed = false;
  const auto add = [this](const char* line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line);
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  };
  for (const std::string& header : request_.headers) {
    const std::string name = lower_ascii(header.substr(0, header.find(':')));
    if (has_control_character(header) || !is_token(name) || name.size() == header.size()) {
      return fail(status_code::invalid_argument,
                  "the header '" + first_line(name, 60) + "' of a request to " +
                      url_origin(request_.url) +
                      " is not of the form 'Name: value' or contains a control character");
    }
    accepts = accepts || name == "accept";
    typed = typed || name == "content-type";
    add(header.c_str());
  }
  if (!accepts) add("Accept: application/json");
  if (!typed) add("Content-Type:");  // libcurl would call every body a form
  add("Expect:");                    // the servers asked here answer at once, or not at all
  return {};
}

void transfer::prepare_method() {
  CURL* easy = easy_.get();
  const std::string& method = request_.method;
  const bool with_body = !request_.body.empty() || method == "PUT" || method == "POST";
  if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request_.body_file >= 0) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &transfer::on_upload);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(request_.body_file_bytes));
  } else if (with_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());  // not copied
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
  }
  if (method != "HEAD") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  // On a kept connection that dies without an answer libcurl sends the request a second time. What
  // changes something must be sent once: a repeated RENAME that had worked would answer "no such
  // file". Its connection would never be used again: the next change takes a fresh one too.
  if (changes_something()) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
}

// Reads at its own place: the descriptor's offset stays as it is.
std::size_t transfer::on_upload(char* room, std::size_t size, std::size_t count, void* self) {
  auto& that = *static_cast<transfer*>(self);
  const std::int64_t left = that.request_.body_file_bytes - that.sent_bytes_;
  const auto wanted =
      std::min(size * count, static_cast<std::size_t>(std::max<std::int64_t>(0, left)));
  if (wanted == 0) return 0;
  ssize_t got = -1;
  do {
    got = ::pread(that.request_.body_file, room, wanted, that.sent_bytes_);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    that.read_error_ = got < 0 ? errno : 0;
    that.file_too_short_ = got == 0;
    return CURL_READFUNC_ABORT;
  }
  that.sent_bytes_ += got;
  return static_cast<std::size_t>(got);
}

std::size_t transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& that = *static_cast<transfer*>(self);
  const std::size_t bytes = size * count;
  const std::size_t room = that.request_.max_body_bytes - that.response_.body.size();
  if (bytes > room && !that.request_.cut_body) {
    that.too_large_ = true;
    return 0;
  }
  try {
    if (that.response_.body.empty()) that.reserve();
    that.response_.body.append(data, std::min(bytes, room));
  } catch (const std::bad_alloc&) {
    that.out_of_memory_ = true;
    return 0;
  }
  that.response_.cut = bytes > room;  // then the rest is not waited for
  return that.response_.cut ? 0 : bytes;
}

// An answer of megabytes is not moved again and again while it grows.
void transfer::reserve() {
  curl_off_t announced = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced > 0)
    response_.body.reserve(std::min(static_cast<std::size_t>(announced), request_.max_body_bytes));
}

std::size_t transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& that = *static_cast<transfer*>(self);
  const std::size_t bytes = size * count;
  try {
    that.read_header(std::string_view(data, bytes));
  } catch (const std::bad_alloc&) {
    that.out_of_memory_ = true;
    return 0;
  }
  return bytes;
}

void transfer::read_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // a new answer, after a "100 Continue"
    response_.content_type.clear();
    response_.location.clear();
    response_.header.clear();
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = lower_ascii(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-type") {
    response_.content_type = lower_ascii(trimmed(value.substr(0, value.find(';'))));
  } else if (name == "location") {
    response_.location = value;
  }
  if (!request_.kept_header.empty() && name == request_.kept_header) response_.header = value;
}

bool transfer::sent() const {
  long bytes = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

// Of a socket its path: the URL's host is nobody's.
std::string transfer::tried() const {
  std::string text = request_.method + " " + printable_url(request_.url);
  if (!request_.unix_socket.empty())
    text += " by the socket " + printable_url(request_.unix_socket);
  return text;
}

// libcurl names a socket by the host and port of the URL.
std::string transfer::said(CURLcode code) const {
  long number = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
  if (!request_.unix_socket.empty() && code == CURLE_COULDNT_CONNECT && number > 0)
    return std::generic_category().message(static_cast<int>(number));
  return said_[0] != '\0' ? without_duration(first_line(said_.data())) : curl_easy_strerror(code);
}

result<http_response> transfer::finish(CURLcode code) {
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && response_.cut)) return fail(failure(code));
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &response_.status);
  return std::move(response_);
}

error transfer::interrupted(error why) const {
  why.message += " (" + tried() + ")";
  why.maybe_done = changes_something() && sent();
  return why;
}

error transfer::failure(CURLcode code) const {
  error e;
  e.code = status_code::unavailable;
  std::string came_back;
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      e.code = status_code::invalid_argument;
      came_back = "not a URL with http or https";
      break;
    case CURLE_COULDNT_RESOLVE_HOST:
      came_back = "the host name cannot be resolved";
      e.hint = "check the host name, and /etc/hosts or the name server of this node";
      break;
    case CURLE_OPERATION_TIMEDOUT: {
      long status = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
      if (request_.stall_limit.count() > 0) {
        came_back =
            fmt::format("nothing was sent or answered for {} s, or no connection within {} ms",
                        request_.stall_limit.count(), request_.connect_timeout.count());
      } else if (status != 0) {
        came_back =
            fmt::format("the answer was not complete after {} ms", request_.timeout.count());
      } else if (sent()) {
        came_back = fmt::format("no answer within {} ms", request_.timeout.count());
      } else {
        came_back = fmt::format("no connection within {} ms",
                                std::min(request_.timeout, request_.connect_timeout).count());
      }
      break;
    }
    case CURLE_ABORTED_BY_CALLBACK:
      e.code = status_code::failed_precondition;
      came_back = file_too_short_
                      ? fmt::format(
                            "the file to be sent ends after {} of {} bytes: it was changed "
                            "meanwhile",
                            sent_bytes_, request_.body_file_bytes)
                      : "the file to be sent cannot be read: " +
                            std::generic_category().message(read_error_);
      break;
    case CURLE_GOT_NOTHING:
      came_back = "the server closed the connection without an answer";
      break;
    case CURLE_PARTIAL_FILE:
      came_back = "the server closed the connection in the middle of its answer";
      break;
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_OUT_OF_MEMORY:
      if (too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
        e.code = status_code::resource_exhausted;
        came_back = fmt::format("the answer is larger than the {} bytes that are accepted",
                                request_.max_body_bytes);
      } else if (out_of_memory_ || code == CURLE_OUT_OF_MEMORY) {
        e.code = status_code::resource_exhausted;
        came_back = "out of memory while reading the answer";
      } else {
        came_back = "the answer cannot be decoded";
      }
      break;
    default:
      came_back = said(code);
  }
  e.maybe_done = changes_something() && sent();
  e.message = tried() + ": " + came_back;
  if (e.maybe_done) e.message += "; whether the request was carried out is not known";
  return e;
}

}  // namespace dm::io
