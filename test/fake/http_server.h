// A small HTTP/1.1 server for tests, on a free port of 127.0.0.1 or on a unix socket, that can also
// misbehave.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dm::fake {

struct request {
  std::string method;
  std::string target;                          // as it was sent: "/a%20b?op=X"
  std::string path;                            // decoded, without the query
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string argument(const std::string& name, const std::string& fallback = {}) const;
  std::string header(const std::string& lower_case_name) const;
};

struct response {
  int status = 200;
  std::string content_type = "application/json";  // no such header when empty
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool chunked = false;
  bool close = false;  // closes the connection after the answer, as a DataNode does
};

response json(int status, std::string body);
response text(int status, std::string body, std::string content_type = "text/plain");

// What goes wrong with one request. With carried_out the handler runs all the same, so that the
// request has its effect and only the answer is spoilt: the ambiguous case.
struct disturbance {
  enum class kind {
    delay,        // the right answer, late
    never,        // no answer until the client gives up
    reset,        // the connection is reset (RST)
    close,        // the connection is closed without an answer
    half_header,  // closed in the middle of the header
    half_body,    // closed in the middle of the body
    half_body_reset,
    replace,  // `instead` is the answer
    drip,     // the right answer, a byte every `delay`
  };
  kind what = kind::never;
  bool carried_out = false;
  std::chrono::milliseconds delay{0};
  response instead;
};

// Handlers and disturbances run on the server's threads, several at once; the server serialises
// nothing.
class http_server {
 public:
  using handler = std::function<response(const request&)>;
  using disturber = std::function<std::optional<disturbance>(const request&)>;

  explicit http_server(handler handle);                         // listens at once
  http_server(handler handle, const std::string& unix_socket);  // the file is removed at the end
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  std::string address() const;  // "http://127.0.0.1:<port>"
  std::uint16_t port() const;

  void stop();   // as if killed: the port refuses, open connections are reset; idempotent
  void start();  // listens on the same port again

  void disturb(disturber ask);  // every request is asked about; nullptr for none
  void disturb_next(disturbance what, int times = 1);  // the next ones, whatever they ask for

  std::vector<request> requests() const;  // all so far, in the order they came in
  std::size_t request_count() const;
  void forget_requests();
  std::size_t connection_count() const;  // accepted so far
  std::size_t open_connections() const;

 private:
  struct implementation;
  std::shared_ptr<implementation> implementation_;
};

std::string percent_decode(const std::string& text);
std::string json_quoted(const std::string& text);  // as a JSON string

}  // namespace dm::fake
