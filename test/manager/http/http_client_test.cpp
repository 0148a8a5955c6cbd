// The host's own requests.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_client.h"

#include "base/failure.h"
#include "fake/http_server.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace manager;

TEST_CASE("answers of any status are results") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    return dm::fake::json(asked.method == "POST" ? 201 : 404, asked.method + asked.body);
  });
  http_call call;
  call.url = server.address() + "/x";
  CHECK(perform(call).status == 404);
  call.method = "POST";
  call.body = "{}";
  const auto made = perform(call);
  CHECK(made.status == 201);
  CHECK(made.body == "POST{}");
  CHECK(server.requests().back().header("content-type") == "application/json");
}

TEST_CASE("a body is handed over piece by piece, and the receiver may refuse") {
  dm::fake::http_server server(
      [](const dm::fake::request&) { return dm::fake::text(200, std::string(1 << 20, 'x')); });
  http_call call;
  call.url = server.address();
  std::size_t size = 0;
  call.receive = [&](std::string_view piece) { size += piece.size(); };
  CHECK(perform(call).body.empty());
  CHECK(size == 1 << 20);
  call.receive = [](std::string_view) { throw failure(failure_kind::too_large, "too much"); };
  CHECK_THROWS_WITH(perform(call), "too much");
}

TEST_CASE("silence is a failed connection, and can be cancelled") {
  dm::fake::http_server server([](const dm::fake::request&) { return dm::fake::text(200, ""); });
  server.disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  http_call call;
  call.url = server.address() + "/x?secret=1";
  call.timeout = std::chrono::milliseconds(200);
  try {
    perform(call);
    FAIL("nobody answered");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::failed_connection);
    CHECK(std::string(why.what()).find("secret") == std::string::npos);
  }
  cancellation cancel;
  call.timeout = std::chrono::seconds(60);
  call.cancel = &cancel;
  std::thread other([&] {
    while (server.request_count() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    cancel.request("ada does not want it any more");
  });
  try {
    perform(call);
    FAIL("it was cancelled");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::cancelled);
    CHECK(std::string(why.what()) == "ada does not want it any more");
  }
  other.join();
}

TEST_CASE("a failure shows an address without its user and password") {
  for (const char* address : {"http://svc:s3cret@127.0.0.1:1/x?key=s3cret",
                              "http://svc:s3cret/@127.0.0.1:1/x", "ftp://svc:s3cret@127.0.0.1"}) {
    INFO(address);
    http_call call;
    call.url = address;
    try {
      perform(call);
      FAIL_CHECK("nobody answers there");
    } catch (const failure& why) {
      const std::string text = why.what();
      CHECK(text.find("s3cret") == std::string::npos);
      CHECK(text.find("://***@127.0.0.1") != std::string::npos);
    }
  }
}

TEST_CASE("encoding") {
  CHECK(percent_encode("a b/c&d") == "a%20b%2Fc%26d");
  CHECK(percent_encode_path("/a b/c%") == "/a%20b/c%25");
}

TEST_CASE("a body beyond its bound is cut, and said to be") {
  dm::fake::http_server server(
      [](const dm::fake::request&) { return dm::fake::text(200, std::string(5000, 'x')); });
  http_call call;
  call.url = server.address();
  call.largest_body = 5000;
  CHECK_FALSE(perform(call).cut);
  call.largest_body = 4999;
  const auto result = perform(call);
  CHECK(result.status == 200);
  CHECK(result.cut);
  CHECK(result.body.size() == 4999);
}
