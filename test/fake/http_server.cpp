// A small HTTP/1.1 server for tests that can also misbehave: one thread a connection, plain
// sockets.
// SPDX-License-Identifier: Apache-2.0
#include "fake/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "io/file.h"
#include "io/json.h"

namespace dm::fake {

namespace {

using io::unique_fd;

[[noreturn]] void give_up(const char* what) {
  throw std::system_error(errno, std::generic_category(), std::string("fake server: ") + what);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

const char* reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string render(const response& answer, bool head_only) {
  std::string text =
      "HTTP/1.1 " + std::to_string(answer.status) + " " + reason(answer.status) + "\r\n";
  if (!answer.content_type.empty()) text += "Content-Type: " + answer.content_type + "\r\n";
  for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
  if (answer.close) text += "Connection: close\r\n";
  if (!answer.chunked) {
    text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
    return head_only ? text : text + answer.body;
  }
  text += "Transfer-Encoding: chunked\r\n\r\n";
  constexpr std::size_t chunk = 1000;
  for (std::size_t i = 0; i < answer.body.size(); i += chunk) {
    const std::string part = answer.body.substr(i, chunk);
    char size[16];
    std::snprintf(size, sizeof size, "%zx", part.size());
    text += std::string(size) + "\r\n" + part + "\r\n";
  }
  return text + "0\r\n\r\n";
}

bool parse_head(const std::string& head, request& parsed) {
  const std::size_t end = head.find("\r\n");
  const std::string line = head.substr(0, end);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string::npos || second == first) return false;
  parsed.method = line.substr(0, first);
  parsed.target = line.substr(first + 1, second - first - 1);
  const std::size_t question = parsed.target.find('?');
  parsed.path = percent_decode(parsed.target.substr(0, question));
  if (question != std::string::npos) {
    std::string query = parsed.target.substr(question + 1);
    for (std::size_t start = 0; start <= query.size();) {
      const std::size_t stop = std::min(query.find('&', start), query.size());
      const std::string pair = query.substr(start, stop - start);
      const std::size_t equals = std::min(pair.find('='), pair.size());
      if (!pair.empty()) {
        parsed.query[percent_decode(pair.substr(0, equals))] =
            equals < pair.size() ? percent_decode(pair.substr(equals + 1)) : std::string();
      }
      start = stop + 1;
    }
  }
  for (std::size_t start = end + 2; start < head.size();) {
    const std::size_t stop = std::min(head.find("\r\n", start), head.size());
    const std::string header = head.substr(start, stop - start);
    const std::size_t colon = header.find(':');
    if (colon != std::string::npos) {
      const std::size_t value = header.find_first_not_of(' ', colon + 1);
      parsed.headers[lower(header.substr(0, colon))] =
          value == std::string::npos ? std::string() : header.substr(value);
    }
    start = stop + 2;
  }
  return true;
}

}  // namespace

struct http_server::implementation : std::enable_shared_from_this<http_server::implementation> {
  handler handle;
  std::string unix_socket;
  std::uint16_t port = 0;

  mutable std::mutex mutex;
  std::condition_variable changed;
  disturber disturb;
  std::vector<disturbance> next;  // in order
  std::vector<request> seen;
  std::size_t accepted = 0;
  std::set<int> open;  // sockets of connections
  bool running = false;

  unique_fd listener;
  unique_fd stopping;  // eventfd
  std::thread acceptor;

  void start();
  void stop();
  void listen();
  void accept_all(int listening, int stop_event);
  void serve(unique_fd connection);
  bool serve_one(int connection, std::string& buffer);
  bool answer(int connection, const request& one);
  std::optional<disturbance> disturbance_of(const request& one);
  bool wait(std::chrono::milliseconds duration);  // false: the server stops
};

namespace {

bool send_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void reset_at_close(int connection) {
  const linger at_once{1, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool receive(int connection, std::string& buffer) {
  char bytes[16384];
  for (;;) {
    const ssize_t size = ::recv(connection, bytes, sizeof bytes, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(size));
    return true;
  }
}

}  // namespace

void http_server::implementation::listen() {
  if (!unix_socket.empty()) {
    listener = unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, unix_socket.c_str(), sizeof address.sun_path - 1);
    ::unlink(unix_socket.c_str());
    if (!listener ||
        ::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      give_up("bind");
  } else {
    listener = unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    if (!listener || ::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      give_up("bind");
    }
    port = ntohs(address.sin_port);
  }
  if (::listen(listener.get(), 512) != 0) give_up("listen");
}

void http_server::implementation::start() {
  listen();
  stopping = unique_fd(::eventfd(0, EFD_CLOEXEC));
  if (!stopping) give_up("eventfd");
  {
    const std::lock_guard lock(mutex);
    running = true;
  }
  acceptor = std::thread(
      [this, listening = listener.get(), event = stopping.get()] { accept_all(listening, event); });
}

void http_server::implementation::stop() {
  {
    const std::lock_guard lock(mutex);
    if (!running) return;
    running = false;
  }
  const std::uint64_t one = 1;
  if (::write(stopping.get(), &one, sizeof one) != sizeof one) give_up("eventfd");
  acceptor.join();
  listener = unique_fd();
  std::unique_lock lock(mutex);
  for (const int connection : open) {
    reset_at_close(connection);
    ::shutdown(connection, SHUT_RDWR);  // wakes the thread that reads or writes there
  }
  changed.notify_all();
  changed.wait(lock, [this] { return open.empty(); });
  if (!unix_socket.empty()) ::unlink(unix_socket.c_str());
}

void http_server::implementation::accept_all(int listening, int stop_event) {
  for (;;) {
    pollfd waiting[2] = {{listening, POLLIN, 0}, {stop_event, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    if (waiting[0].revents == 0) continue;
    unique_fd connection(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) continue;
    const int on = 1;
    if (unix_socket.empty())
      ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    {
      const std::lock_guard lock(mutex);
      ++accepted;
      open.insert(connection.get());
    }
    // Detached, and keeping this alive: the last thing it does is to tell stop() that it is done.
    std::thread([self = shared_from_this(), own = std::move(connection)]() mutable {
      self->serve(std::move(own));
    }).detach();
  }
}

void http_server::implementation::serve(unique_fd connection) {
  std::string buffer;
  while (serve_one(connection.get(), buffer)) {
  }
  // The number is taken off the list before the descriptor is closed: another connection may get it
  // at once.
  const std::lock_guard lock(mutex);
  open.erase(connection.get());
  connection = unique_fd();
  changed.notify_all();
}

bool http_server::implementation::serve_one(int connection, std::string& buffer) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (buffer.size() > (std::size_t{1} << 20) || !receive(connection, buffer)) return false;
  }
  request one;
  if (!parse_head(buffer.substr(0, end), one)) return false;
  const std::size_t length = std::strtoul(one.header("content-length").c_str(), nullptr, 10);
  if (one.header("expect") == "100-continue" &&
      !send_all(connection, "HTTP/1.1 100 Continue\r\n\r\n"))
    return false;
  buffer.erase(0, end + 4);
  while (buffer.size() < length) {
    if (!receive(connection, buffer)) return false;
  }
  one.body = buffer.substr(0, length);
  buffer.erase(0, length);
  {
    const std::lock_guard lock(mutex);
    seen.push_back(one);
  }
  return answer(connection, one);
}

std::optional<disturbance> http_server::implementation::disturbance_of(const request& one) {
  disturber ask;
  {
    const std::lock_guard lock(mutex);
    if (!next.empty()) {
      const disturbance first = next.front();
      next.erase(next.begin());
      return first;
    }
    ask = disturb;
  }
  return ask ? ask(one) : std::nullopt;
}

bool http_server::implementation::answer(int connection, const request& one) {
  using kind = disturbance::kind;
  const auto trouble = disturbance_of(one);
  const auto what = trouble ? std::optional(trouble->what) : std::nullopt;
  const bool head_only = one.method == "HEAD";
  const bool answered_in_part = what == kind::delay || what == kind::drip ||
                                what == kind::half_header || what == kind::half_body ||
                                what == kind::half_body_reset;
  if (what == kind::delay && !wait(trouble->delay)) return false;
  response right;
  if (!what || answered_in_part || trouble->carried_out) right = handle(one);
  const std::string bytes = render(what == kind::replace ? trouble->instead : right, head_only);
  const std::size_t header = bytes.find("\r\n\r\n") + 4;
  if (!what || what == kind::delay || what == kind::replace) {
    return send_all(connection, bytes) && !(what == kind::replace ? trouble->instead : right).close;
  }
  switch (*what) {
    case kind::never: {
      // Until the client closes, or the server stops (which resets the connection).
      std::string ignored;
      while (receive(connection, ignored)) ignored.clear();
      return false;
    }
    case kind::reset:
      reset_at_close(connection);
      return false;
    case kind::half_header:
      send_all(connection, bytes.substr(0, header / 2));
      return false;
    case kind::half_body:
      send_all(connection, bytes.substr(0, header + (bytes.size() - header) / 2));
      return false;
    case kind::half_body_reset:
      send_all(connection, bytes.substr(0, header + (bytes.size() - header) / 2));
      wait(std::chrono::milliseconds(20));  // else the reset overtakes what was sent
      reset_at_close(connection);
      return false;
    case kind::drip:
      for (const char byte : bytes) {
        if (!send_all(connection, std::string_view(&byte, 1)) || !wait(trouble->delay))
          return false;
      }
      return true;
    default:
      return false;  // close
  }
}

bool http_server::implementation::wait(std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex);
  return !changed.wait_for(lock, duration, [this] { return !running; });
}

http_server::http_server(handler handle) : http_server(std::move(handle), std::string()) {}

http_server::http_server(handler handle, const std::string& unix_socket)
    : implementation_(std::make_shared<implementation>()) {
  implementation_->handle = std::move(handle);
  implementation_->unix_socket = unix_socket;
  implementation_->start();
}

http_server::~http_server() { implementation_->stop(); }

std::string http_server::address() const {
  return "http://127.0.0.1:" + std::to_string(implementation_->port);
}
std::uint16_t http_server::port() const { return implementation_->port; }
void http_server::stop() { implementation_->stop(); }
void http_server::start() {
  {
    const std::lock_guard lock(implementation_->mutex);
    if (implementation_->running) return;
  }
  implementation_->start();
}

void http_server::disturb(disturber ask) {
  const std::lock_guard lock(implementation_->mutex);
  implementation_->disturb = std::move(ask);
}

void http_server::disturb_next(disturbance what, int times) {
  const std::lock_guard lock(implementation_->mutex);
  for (int i = 0; i < times; ++i) implementation_->next.push_back(what);
}

std::vector<request> http_server::requests() const {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->seen;
}

std::size_t http_server::request_count() const {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->seen.size();
}

void http_server::forget_requests() {
  const std::lock_guard lock(implementation_->mutex);
  implementation_->seen.clear();
}

std::size_t http_server::connection_count() const {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->accepted;
}

std::size_t http_server::open_connections() const {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->open.size();
}

std::string request::argument(const std::string& name, const std::string& fallback) const {
  const auto found = query.find(name);
  return found == query.end() ? fallback : found->second;
}

std::string request::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string() : found->second;
}

response json(int status, std::string body) {
  response r;
  r.status = status;
  r.body = std::move(body);
  return r;
}

response text(int status, std::string body, std::string content_type) {
  response r;
  r.status = status;
  r.content_type = std::move(content_type);
  r.body = std::move(body);
  return r;
}

std::string percent_decode(const std::string& text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string json_quoted(const std::string& text) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  io::string(writer, text);
  return std::string(io::text(buffer));
}

}  // namespace dm::fake
