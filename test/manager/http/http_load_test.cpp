// Many, slow and stuck clients, and one who asks beside them.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_server.h"
#include "support/manager_fixture.h"
#include "support/open_gate.h"
#include "support/raw_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace manager;
using namespace manager_test;

namespace {

/// Its routes wait for `open`.
struct stuck_routes {
  std::promise<void> open;
  std::shared_future<void> opened{open.get_future()};
  std::atomic<int> inside{0};
  router routes;

  stuck_routes() {
    const auto wait = [this](const http_request&) {
      ++inside;
      opened.wait();
      return http_response::accepted();
    };
    routes.add("GET", "/quick", [](const http_request&) { return http_response::accepted(); });
    routes.add("GET", "/plugin", wait, {.lane = route_lane::outside});
    routes.add("POST", "/write", wait);
  }
};

}  // namespace

TEST_CASE("who asks quickly waits neither for plugins nor for writes; a queue ends") {
  stuck_routes stuck;
  open_gate gate;
  http_limits limits;
  limits.threads = 2;
  limits.queue_length = 3;
  http_server server(any_port(limits), stuck.routes, gate);
  server.start();
  // Two of each kind run and three wait; the others are told so instead of waiting.
  std::vector<std::unique_ptr<raw_client>> clients;
  for (int i = 0; i < 8; ++i) {
    for (const char* line : {"GET /plugin", "POST /write"}) {
      clients.push_back(std::make_unique<raw_client>(server.port()));
      clients.back()->send(request(line));
    }
    if (i == 1) eventually([&] { return stuck.inside == 4; });
  }
  eventually([&] { return stuck.inside == 4 && gate.finished == 6; });
  CHECK(status_of(converse(server.port(), request("GET /quick"))) == 202);
  stuck.open.set_value();
  int done = 0;
  int refused = 0;
  for (auto& client : clients) {
    const int status = status_of(client->receive());
    done += status == 202 ? 1 : 0;
    refused += status == 503 ? 1 : 0;
  }
  CHECK(done == 10);
  CHECK(refused == 6);
}

TEST_CASE("a thousand idle and a hundred dripping connections keep nobody out") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit more = before;
  more.rlim_cur = std::min<rlim_t>(before.rlim_max, 8192);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &more) == 0);
  stuck_routes stuck;
  open_gate gate;
  http_limits limits;
  limits.connections_per_peer = limits.connections;
  {
    http_server server(any_port(limits), stuck.routes, gate);
    server.start();
    std::vector<std::unique_ptr<raw_client>> slow;
    for (int i = 0; i < 1000; ++i) slow.push_back(std::make_unique<raw_client>(server.port()));
    for (int i = 0; i < 100; ++i) {
      slow.push_back(std::make_unique<raw_client>(server.port()));
      slow.back()->send("GET /quick HTTP/1.1\r\n");
    }
    for (int round = 0; round < 20; ++round) {
      for (std::size_t i = 1000; i < slow.size(); ++i) slow[i]->send("x: y\r\n");
      CHECK(status_of(converse(server.port(), request("GET /quick"))) == 202);
    }
  }
  stuck.open.set_value();
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("the limit of one peer ends its own oldest idle connection") {
  stuck_routes stuck;
  open_gate gate;
  http_limits limits;
  limits.connections_per_peer = 3;
  http_server server(any_port(limits), stuck.routes, gate);
  server.start();
  raw_client oldest(server.port());
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  raw_client second(server.port());
  raw_client third(server.port());
  CHECK(status_of(converse(server.port(), request("GET /quick"))) == 202);
  CHECK(oldest.is_closed());
  stuck.open.set_value();
}
