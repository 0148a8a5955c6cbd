// The server itself: bodies, sizes, odd addresses, ports.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_server.h"

#include "http/http_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace manager;

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
  return routes;
}

std::string raw(int port, const std::string& bytes) {
  const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(::write(connection, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(connection, buffer, sizeof(buffer))) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(connection);
  return answer;
}

}  // namespace

TEST_CASE("bodies: none, with a length, in chunks, too large, unread") {
  const router routes = echo();
  http_server server({"127.0.0.1", 0, 2, 1 << 20}, routes);
  server.start();
  const int port = server.port();
  CHECK(raw(port, "PUT /echo HTTP/1.1\r\nHost: x\r\n\r\n").find(" 200 ") != std::string::npos);
  CHECK(
      raw(port, "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").ends_with("abc"));
  CHECK(raw(port,
            "PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
            "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            .ends_with("abc"));
  const auto put = [&](const std::string& path, std::size_t size) {
    http_call call;
    call.method = "PUT";
    call.url = fmt::format("http://127.0.0.1:{}{}", port, path);
    call.body = std::string(size, 'x');
    return perform(call).status;
  };
  CHECK(put("/echo", 2000) == 413);
  CHECK(put("/echo", 2 << 20) == 413);
  CHECK(put("/ignore", 900'000) == 202);
  CHECK(put("/nowhere", 900'000) == 404);
}

TEST_CASE("odd requests get an answer") {
  const router routes = echo();
  http_server server({"127.0.0.1", 0, 2, 1 << 20}, routes);
  server.start();
  const int port = server.port();
  CHECK(
      raw(port, "GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n").find(" 414 ") !=
      std::string::npos);
  CHECK(raw(port, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n").find(" 400 ") != std::string::npos);
  CHECK(raw(port, "nonsense\r\n\r\n").find(" 400 ") != std::string::npos);
}

TEST_CASE("a port is taken once") {
  const router routes = echo();
  http_server first({"127.0.0.1", 0, 1, 1000}, routes);
  CHECK_THROWS_WITH(http_server({"127.0.0.1", first.port(), 1, 1000}, routes),
                    Catch::Matchers::Contains(std::to_string(first.port())));
}
