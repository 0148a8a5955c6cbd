// Streamed answers.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_message.h"
#include "http/http_server.h"
#include "support/manager_fixture.h"
#include "support/open_gate.h"
#include "support/raw_client.h"

#include <catch2/catch.hpp>

#include <memory>
#include <mutex>

using namespace manager;
using namespace manager_test;

namespace {

struct events {
  std::mutex mutex;
  std::shared_ptr<http_stream> last;  // guarded by mutex
  router routes;

  events() {
    routes.add("GET", "/events", [this](const http_request&) {
      http_response response;
      response.content_type = "text/event-stream";
      response.body = ":begins\n\n";
      response.stream = [this](std::shared_ptr<http_stream> to) {
        const std::lock_guard lock(mutex);
        last = std::move(to);
      };
      return response;
    });
  }

  std::shared_ptr<http_stream> subscribed() {
    eventually([this] {
      const std::lock_guard lock(mutex);
      return last != nullptr;
    });
    const std::lock_guard lock(mutex);
    return last;
  }
};

}  // namespace

TEST_CASE("pieces arrive in chunks until the end") {
  events source;
  open_gate gate;
  http_server server(any_port(), source.routes, gate);
  server.start();
  raw_client client(server.port());
  client.send(request("GET /events"));
  const auto stream = source.subscribed();
  CHECK(stream->write("data: 1\n\n"));
  std::string seen;
  while (seen.find("data: 1") == std::string::npos) seen += client.receive(1);
  CHECK(seen.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(seen.find("9\r\n:begins\n\n\r\n9\r\ndata: 1\n\n\r\n") != std::string::npos);
  stream->end();
  CHECK(client.receive().ends_with("0\r\n\r\n"));
  CHECK_FALSE(stream->write("more"));
}

TEST_CASE("a client that is gone, or reads nothing, closes its stream") {
  events source;
  open_gate gate;
  http_limits limits;
  limits.shutdown_grace = std::chrono::milliseconds(50);
  http_server server(any_port(limits), source.routes, gate);
  server.start();
  SECTION("gone") {
    auto client = std::make_unique<raw_client>(server.port());
    client->send(request("GET /events"));
    const auto stream = source.subscribed();
    client.reset();
    eventually([&] { return stream->closed(); });
  }
  SECTION("reads nothing") {
    raw_client client(server.port());
    client.send(request("GET /events"));
    const auto stream = source.subscribed();
    int pieces = 0;
    while (stream->write(std::string(100'000, 'x'))) REQUIRE(++pieces < 1000);
    CHECK(stream->closed());
  }
}

TEST_CASE("the server's end ends streams; HEAD begins none") {
  events source;
  open_gate gate;
  auto server = std::make_unique<http_server>(any_port(), source.routes, gate);
  server->start();
  CHECK(body_of(converse(server->port(), request("HEAD /events"))).empty());
  CHECK(source.last == nullptr);
  raw_client client(server->port());
  client.send(request("GET /events"));
  const auto stream = source.subscribed();
  server.reset();
  CHECK(client.is_closed());
  CHECK_FALSE(stream->write("x"));
}
