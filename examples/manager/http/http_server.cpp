// The HTTP server, by cpp-httplib: turns its requests into ours and back.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_server.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/log.h"
#include "http/error_body.h"

#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <thread>

namespace manager {
namespace {

// What a handler left unread is read and thrown away up to here: closing a connection with unread
// bytes would take the answer away from the sender.
constexpr std::uint64_t most_discarded = 64ULL << 20;

// cpp-httplib matches paths by std::regex, whose recursion grows with the text.
constexpr std::size_t longest_target = 2048;

/// Gives the body of one request to the route, once.
class body_source {
 public:
  explicit body_source(const httplib::ContentReader* reader) : reader_(reader) {}

  void read(const std::function<void(std::string_view)>& receive) {
    if (reader_ == nullptr || used_) return;
    used_ = true;
    std::exception_ptr thrown;
    std::uint64_t discarded = 0;
    const bool complete = (*reader_)([&](const char* data, std::size_t size) {
      if (thrown) {
        discarded += size;
        return discarded <= most_discarded;
      }
      try {
        receive({data, size});
      } catch (...) {
        thrown = std::current_exception();
      }
      return true;
    });
    if (thrown) std::rethrow_exception(thrown);
    if (!complete) {
      throw failure(failure_kind::failed_validation, "the request's body is not complete");
    }
  }

  void discard() {
    if (reader_ == nullptr || used_) return;
    used_ = true;
    std::uint64_t discarded = 0;
    (*reader_)([&](const char*, std::size_t size) {
      discarded += size;
      return discarded <= most_discarded;
    });
  }

 private:
  const httplib::ContentReader* reader_;
  bool used_ = false;
};

// Without either header there is no body; cpp-httplib would wait for the connection's end.
bool has_body(const httplib::Request& request) {
  return request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
}

bool announces_more_than(std::uint64_t limit, const httplib::Request& request) {
  const std::string length = request.get_header_value("Content-Length");
  std::uint64_t announced = 0;
  const auto [end, code] = std::from_chars(length.data(), length.data() + length.size(), announced);
  return code == std::errc::result_out_of_range || (code == std::errc() && announced > limit);
}

void handle(const router& routes, std::uint64_t limit, const httplib::Request& from,
            httplib::Response& to, const httplib::ContentReader* reader) {
  const std::int64_t begin = now_ms();
  http_request request;
  request.method = from.method;
  body_source body(has_body(from) ? reader : nullptr);
  request.read_body = [&body](const std::function<void(std::string_view)>& receive) {
    body.read(receive);
  };
  http_response response;
  if (announces_more_than(limit, from)) {
    response = to_response(
        failure(failure_kind::too_large,
                fmt::format("the request's body is larger than the {} bytes accepted", limit)));
  } else if (reader != nullptr && from.is_multipart_form_data()) {
    response = to_response(failure(failure_kind::failed_validation,
                                   "send the content itself as the body, not a form"));
  } else if (auto target = parse_target(from.target)) {
    request.path = std::move(target->path);
    request.query = std::move(target->query);
    response = routes.dispatch(request);
  } else {
    response =
        to_response(failure(failure_kind::failed_validation, "the address is not well-formed"));
  }
  body.discard();
  to.status = response.status;
  for (const auto& [name, value] : response.headers) to.set_header(name, value);
  if (!response.body.empty()) to.set_content(response.body, response.content_type);
  log::debug("event=request method={} path={} status={} ms={}", from.method, from.path, to.status,
             now_ms() - begin);
}

}  // namespace

struct http_server::implementation {
  httplib::Server server;
  std::thread thread;
  std::atomic<bool> ended{false};
  int port = 0;
};

http_server::http_server(const http_server_options& options, const router& routes)
    : implementation_(std::make_unique<implementation>()) {
  httplib::Server& server = implementation_->server;
  server.new_task_queue = [threads = options.threads] { return new httplib::ThreadPool(threads); };
  // One request a connection: one that is kept alive would hold one of the threads while it idles.
  server.set_keep_alive_max_count(1);
  server.set_payload_max_length(options.body_limit);
  server.set_read_timeout(30);
  server.set_write_timeout(30);
  server.set_socket_options([](socket_t socket) {
    // Not SO_REUSEPORT, cpp-httplib's default: a second Deployment Manager on the port must fail.
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (request.target.size() <= longest_target) return httplib::Server::HandlerResponse::Unhandled;
    response.status = 414;
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto plain = [&routes, limit = options.body_limit](const httplib::Request& request,
                                                           httplib::Response& response) {
    handle(routes, limit, request, response, nullptr);
  };
  const auto with_body = [&routes, limit = options.body_limit](
                             const httplib::Request& request, httplib::Response& response,
                             const httplib::ContentReader& reader) {
    handle(routes, limit, request, response, &reader);
  };
  // cpp-httplib only parses and dispatches by method; paths are the router's business. The patterns
  // take any character, newlines too, which "." would not.
  constexpr const char* any = R"([\s\S]*)";
  server.Get(any, plain);
  server.Options(any, plain);
  server.Put(any, with_body);
  server.Post(any, with_body);
  server.Delete(any, with_body);
  server.Patch(any, with_body);
  // What cpp-httplib refuses itself.
  server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty()) return;
    std::string text = fmt::format("the request is not understood (HTTP {})", response.status);
    if (response.status == 413) text = "the request's body is larger than is accepted";
    if (response.status == 414) {
      text = fmt::format("the address is longer than {} bytes", longest_target);
    }
    response.set_content(to_response(failure(failure_kind::failed_validation, text)).body,
                         "application/json");
  });

  implementation_->port =
      options.port == 0 ? server.bind_to_any_port(options.address)
                        : (server.bind_to_port(options.address, options.port) ? options.port : -1);
  if (implementation_->port <= 0) {
    throw std::runtime_error(
        fmt::format("cannot listen on {}:{}: the port is taken, or the address is not this "
                    "machine's (ss -ltnp shows who listens)",
                    options.address, options.port));
  }
}

http_server::~http_server() {
  implementation_->server.stop();
  if (implementation_->thread.joinable()) implementation_->thread.join();
}

void http_server::start() {
  implementation_->thread = std::thread([this] {
    if (!implementation_->server.listen_after_bind()) {
      log::error("event=server_ended information={}", "the HTTP server stopped unexpectedly");
    }
    implementation_->ended = true;
  });
  // A stop() that comes before the server runs would be lost.
  while (!implementation_->server.is_running() && !implementation_->ended) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

int http_server::port() const { return implementation_->port; }

}  // namespace manager
