// The server itself: bodies, sizes, odd requests, connections that stay, ports, its end.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_server.h"

#include "http/http_client.h"
#include "support/manager_fixture.h"
#include "support/open_gate.h"
#include "support/raw_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

using namespace manager;
using namespace manager_test;

namespace {

router echo() {
  router routes;
  routes.add("PUT", "/echo", [](const http_request& request) {
    http_response response;
    response.body = request.body_text(1000);
    response.content_type = "text/plain";
    return response;
  });
  routes.add("PUT", "/ignore", [](const http_request&) { return http_response::accepted(); });
  routes.add("PUT", "/upload",
             [](const http_request& request) {
               std::uint64_t bytes = 0;
               request.read_body([&](std::string_view piece) { bytes += piece.size(); });
               http_response response;
               response.body = std::to_string(bytes);
               return response;
             },
             {.lane = route_lane::upload, .streams = true});
  routes.add("PUT", "/refuse",
             [](const http_request& request) -> http_response {
               request.read_body([](std::string_view) {
                 throw failure(failure_kind::too_large, "that is too much");
               });
               return {};
             },
             {.lane = route_lane::upload, .streams = true});
  routes.add("GET", "/large", [](const http_request&) {
    http_response response;
    response.body = std::string(900'000, 'x');
    return response;
  });
  return routes;
}

// The listening descriptor of a port, in this process.
int listening_descriptor(int port) {
  for (int one = 3; one < 4096; ++one) {
    int listens = 0;
    socklen_t size = sizeof(listens);
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    if (::getsockopt(one, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
      continue;
    if (::getsockname(one, reinterpret_cast<sockaddr*>(&address), &length) != 0) continue;
    if (ntohs(address.sin_port) == port) return one;
  }
  return -1;
}

}  // namespace

TEST_CASE("bodies: none, with a length, in chunks, too large, unread") {
  const router routes = echo();
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  const int port = server.port();
  CHECK(status_of(converse(port, request("PUT /echo"))) == 200);
  CHECK(converse(port, request("PUT /echo", "Content-Length: 3\r\n") + "abc").ends_with("abc"));
  CHECK(converse(port,
                 request("PUT /echo", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n")
            .ends_with("\r\n\r\nabc"));
  const auto put = [&](const std::string& path, std::size_t size) {
    http_call call;
    call.method = "PUT";
    call.url = fmt::format("http://127.0.0.1:{}{}", port, path);
    call.body = std::string(size, 'x');
    return perform(call);
  };
  CHECK(put("/echo", 2000).status == 413);
  CHECK(put("/echo", 2 << 20).status == 413);
  CHECK(put("/ignore", 900'000).status == 202);
  CHECK(put("/nowhere", 900'000).status == 404);
  CHECK(put("/upload", 5'000'000).body == "5000000");
}

TEST_CASE("an early refusal reaches a client that still sends") {
  const router routes = echo();
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  raw_client client(server.port());
  client.send(request("PUT /refuse", "Content-Length: 50000000\r\n"));
  for (int i = 0; i < 50; ++i) {
    if (!client.send(std::string(1'000'000, 'x'))) break;
  }
  const std::string answer = client.receive();
  CHECK(status_of(answer) == 413);
  CHECK(answer.find("that is too much") != std::string::npos);
}

TEST_CASE("a client that asks before it sends is told to go on, or refused") {
  const router routes = echo();
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  raw_client client(server.port());
  client.send(request("PUT /upload", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
  CHECK(client.receive(25).starts_with("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send("abc");
  CHECK(client.receive().ends_with("\r\n\r\n3"));
}

TEST_CASE("odd requests are refused as JSON") {
  const router routes = echo();
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  const auto refused = [&](const std::string& bytes) {
    const std::string answer = converse(server.port(), bytes);
    INFO(answer.substr(0, 500));
    const auto body = json::parse_or_throw(body_of(answer), "the answer");
    CHECK_FALSE(json::text_of(body, "information").empty());
    return status_of(answer);
  };
  CHECK(refused(request("GET /" + std::string(3000, 'a'))) == 414);
  CHECK(refused(request("GET /%zz")) == 400);
  CHECK(refused(request("GET /%ff")) == 400);
  CHECK(refused(request("GET /%c3%28")) == 400);
  CHECK(refused(request("GET /%ed%a0%80")) == 400);
  CHECK(refused("nonsense\r\n\r\n") == 400);
  CHECK(refused(request("TRACE /echo")) == 405);
  CHECK(refused(request("PROPFIND /echo")) == 405);
  CHECK(refused(request("GET /echo")) == 405);
  CHECK(refused(request("PUT /echo", "Content-Length: 3\r\nContent-Length: 3\r\n") + "abc") == 400);
  CHECK(refused(request("PUT /echo", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") +
                "0\r\n\r\n") == 400);
  CHECK(refused(request("PUT /echo", "Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n") == 400);
  CHECK(refused(request("PUT /upload", "Content-Encoding: gzip\r\nContent-Length: 3\r\n") +
                "abc") == 415);
  CHECK(refused("PUT /echo HTTP/1.1\r\n\r\n") == 400);
  CHECK(refused(request("GET /large", "Host: other\r\n")) == 400);
}

TEST_CASE("a header ends, in bytes and in fields") {
  const router routes = echo();
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  std::string fields;
  for (int i = 0; i < 150; ++i) fields += fmt::format("x{}: 1\r\n", i);
  CHECK(status_of(converse(server.port(), request("GET /large", fields))) == 431);
  raw_client many(server.port());
  many.send("GET /large HTTP/1.1\r\nHost: x\r\n");
  for (int i = 0; i < 40'000; ++i) {
    if (!many.send(fmt::format("x{}: {}\r\n", i, std::string(90, 'x')))) break;
  }
  CHECK(status_of(many.receive()) == 431);
  raw_client endless(server.port());
  for (int i = 0; i < 20; ++i) {
    if (!endless.send(std::string(1'000'000, 'x'))) break;
  }
  CHECK(status_of(endless.receive()) == 431);
}

TEST_CASE("nothing is a file: a thousand ranges get the answer once") {
  const router routes = echo();
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  std::string ranges = "Range: bytes=0-";
  for (int i = 0; i < 1000; ++i) ranges += ",0-";
  const std::string answer = converse(server.port(), request("GET /large", ranges + "\r\n"));
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer).size() == 900'000);
  CHECK(answer.find("Accept-Ranges") == std::string::npos);
}

TEST_CASE("a connection stays for some requests") {
  const router routes = echo();
  open_gate gate;
  http_limits limits;
  limits.requests_per_connection = 3;
  http_server server(any_port(limits), routes, gate);
  server.start();
  raw_client client(server.port());
  const std::string one = "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
  client.send(one + one);
  CHECK(client.receive_answer().find("keep-alive") != std::string::npos);
  CHECK(client.receive_answer().ends_with("hi"));
  client.send(one);
  CHECK(client.receive_answer().find("Connection: close") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("who is slow is cut: header, body, silence") {
  const router routes = echo();
  open_gate gate;
  http_limits limits;
  limits.header_time = std::chrono::milliseconds(200);
  limits.request_time = std::chrono::milliseconds(300);
  limits.idle_time = std::chrono::milliseconds(200);
  http_server server(any_port(limits), routes, gate);
  server.start();
  raw_client header(server.port());
  header.send("GET /large HT");
  CHECK(status_of(header.receive()) == 408);
  raw_client body(server.port());
  body.send(request("PUT /echo", "Content-Length: 100\r\n") + "abc");
  CHECK(status_of(body.receive()) == 408);
  raw_client upload(server.port());
  upload.send(request("PUT /upload", "Content-Length: 100\r\n") + "abc");
  CHECK(status_of(upload.receive()) == 400);
  raw_client silent(server.port());
  CHECK(silent.is_closed());
  raw_client idle(server.port());
  idle.send("PUT /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.receive_answer();
  CHECK(idle.is_closed());
}

TEST_CASE("a port is taken once") {
  const router routes = echo();
  open_gate gate;
  http_server first(any_port(), routes, gate);
  auto options = any_port();
  options.listeners[0].port = first.port();
  CHECK_THROWS_WITH(http_server(options, routes, gate),
                    Catch::Matchers::Contains(std::to_string(first.port())));
}

TEST_CASE("a failed accept is survived") {
  const router routes = echo();
  open_gate gate;
  log::set_threshold(log::level::off);
  http_server server(any_port(), routes, gate);
  server.start();
  CHECK(status_of(converse(server.port(), request("GET /large"))) == 200);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  raw_client waiting(server.port());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  // The client's own descriptor is made before; then there is none left.
  const file_descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(client.valid());
  rlimit few = before;
  few.rlim_cur = std::min<rlim_t>(before.rlim_cur, 512);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  std::vector<file_descriptor> all;
  for (;;) {
    file_descriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!one.valid()) break;
    all.push_back(std::move(one));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(server.port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connected =
      ::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
  // Who waits makes room.
  const bool made_room = waiting.is_closed();
  all.clear();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(connected == 0);
  CHECK(made_room);
  CHECK(status_of(converse(server.port(), request("GET /large"))) == 200);
}

TEST_CASE("a listener that is broken is told to who supervises") {
  const router routes = echo();
  open_gate gate;
  std::atomic<bool> told{false};
  auto options = any_port();
  options.failed = [&](const std::string& why) {
    told = why.find("has failed") != std::string::npos;
  };
  http_server server(options, routes, gate);
  server.start();
  const int listening = listening_descriptor(server.port());
  REQUIRE(listening >= 0);
  ::shutdown(listening, SHUT_RDWR);
  eventually([&] { return told.load(); });
}

TEST_CASE("the end waits for nobody who drips") {
  const router routes = echo();
  open_gate gate;
  http_limits limits;
  limits.shutdown_grace = std::chrono::milliseconds(200);
  auto server = std::make_unique<http_server>(any_port(limits), routes, gate);
  server->start();
  raw_client client(server->port());
  client.send(request("PUT /upload", "Content-Length: 1000\r\n"));
  std::atomic<bool> ended{false};
  std::thread drips([&] {
    while (!ended && client.send("x")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  server.reset();
  ended = true;
  drips.join();
  CHECK(client.is_closed());
}

TEST_CASE("a unix socket: its mode, its peer, one server at a time, a dead one's file") {
  const router routes = echo();
  open_gate gate;
  gate.last_uid = 12345;
  const temporary_directory directory;
  http_server_options options;
  options.listeners.resize(1);
  options.listeners[0].path = directory / "api.sock";
  {
    http_server server(options, routes, gate);
    server.start();
    CHECK(std::filesystem::status(directory / "api.sock").permissions() ==
          std::filesystem::perms(0660));
    raw_client client(directory / "api.sock");
    client.send(request("GET /large"));
    CHECK(status_of(client.receive()) == 200);
    CHECK(gate.last_uid == ::geteuid());
    CHECK_THROWS_WITH(http_server(options, routes, gate),
                      Catch::Matchers::Contains("another Deployment Manager does"));
    CHECK(server.addresses()[0] == "unix:" + (directory / "api.sock").string());
  }
  CHECK_FALSE(std::filesystem::exists(directory / "api.sock"));
  {
    // What a killed one leaves: a socket that nobody listens on.
    const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (directory / "api.sock").c_str(), sizeof(address.sun_path) - 1);
    REQUIRE(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    ::close(left);
  }
  http_server again(options, routes, gate);
  again.start();
  raw_client client(directory / "api.sock");
  client.send(request("GET /large"));
  CHECK(status_of(client.receive()) == 200);
  write_file(directory / "file", "precious");
  options.listeners[0].path = directory / "file";
  CHECK_THROWS_WITH(http_server(options, routes, gate), Catch::Matchers::Contains("no socket"));
  CHECK(read_file(directory / "file") == "precious");
}

TEST_CASE("a handler that wants to know hears that its client has gone, and only then") {
  std::atomic<int> inside{0};
  std::atomic<bool> heard{false};
  router routes;
  routes.add("GET", "/slow",
             [&](const http_request& request) {
               ++inside;
               try {
                 request.left->pause(std::chrono::milliseconds(inside == 1 ? 30'000 : 600));
               } catch (const failure&) {
                 heard = true;
                 throw;
               }
               return http_response::accepted();
             },
             {.lane = route_lane::outside, .until_left = true});
  open_gate gate;
  http_server server(any_port(), routes, gate);
  server.start();
  auto leaves = std::make_unique<raw_client>(server.port());
  leaves->send(request("GET /slow"));
  eventually([&] { return inside == 1; });
  leaves.reset();
  eventually([&] { return heard.load(); });
  heard = false;
  CHECK(status_of(converse(server.port(), request("GET /slow"))) == 202);
  CHECK_FALSE(heard);
}
