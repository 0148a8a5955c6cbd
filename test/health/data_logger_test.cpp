// What the console's data logger is sent.
// SPDX-License-Identifier: Apache-2.0
#include "health/data_logger.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "fake/http_server.h"
#include "io/json.h"
#include "report_fixture.h"

using namespace dm::health;
using dm::test::some_report;
namespace fake = dm::fake;

namespace {

dm::io::json_document parsed(const std::string& body) {
  auto document = dm::io::parse_json(body, "a body");
  REQUIRE(document);
  return std::move(*document);
}

dm::result<void> posted(const fake::http_server& server, const report& all) {
  dm::io::http_client http;
  return post(dm::io::operation::within(std::chrono::seconds(30)), http,
              server.address() + "/metrics", all);
}

}  // namespace

TEST_CASE("items are as the data logger takes them, causes a list as JSON in a text") {
  report all = some_report();
  all.findings.back().warn("a \"quoted\" cause");
  const auto bodies = posted_bodies(all);
  REQUIRE(bodies.size() == 1);
  const auto body = parsed(bodies.front());
  CHECK(body["timestamp"].GetInt64() == 1'795'438'656'146);
  REQUIRE(body["data"].Size() == 4);
  for (const auto& item : body["data"].GetArray()) {
    CHECK(item["source"] == "flink");
    CHECK(item["timestamp"].GetInt64() == 1'795'438'656'146);
    CHECK(item["causes"].IsString());
  }
  CHECK(body["data"][0]["metric"] == "flink.history_server_available_success");
  CHECK(body["data"][0]["value"].GetBool());
  CHECK(body["data"][0]["causes"] == "[]");
  CHECK(body["data"][1]["value"] == "1.20.5");
  CHECK(body["data"][2]["value"].GetInt64() == 12);
  const auto& health = body["data"][3];
  CHECK(health["metric"] == "hadoop.flink.health");
  CHECK(health["value"] == "WARN");
  const auto causes = parsed(health["causes"].GetString());
  REQUIRE(causes.Size() == 1);
  CHECK(causes[0] == "a \"quoted\" cause");
}

TEST_CASE("what is too large for one body is sent as one for each item, each within the limit") {
  report all = some_report();
  finding many;
  for (int i = 0; i < 2000; ++i)
    many.figures.push_back({"flink.figure_" + std::to_string(i), std::int64_t{i}});
  for (int i = 0; i < 1000; ++i) many.warn(std::string(400, '"'));
  all.findings.push_back(many);
  const auto bodies = posted_bodies(all);
  CHECK(bodies.size() == 2004);
  for (const std::string& body : bodies) {
    if (body.size() > most_posted_bytes) FAIL("a body of " << body.size() << " bytes");
    const auto read = parsed(body);
    if (read["data"].Size() != 1) FAIL("more than one item");
  }
}

TEST_CASE("only 200 is success; what is said instead is told") {
  std::atomic<int> status{200};
  const fake::http_server server([&](const fake::request& asked) {
    return asked.header("connection") == "close" &&
                   asked.header("content-type") == "application/json"
               ? fake::text(status, "no \x1b[2J room")
               : fake::text(400, "wrong header");
  });
  CHECK(posted(server, some_report()));
  REQUIRE(server.request_count() == 1);
  CHECK(server.requests().front().method == "POST");
  CHECK(server.requests().front().path == "/metrics");
  for (const int other : {201, 400, 500}) {
    status = other;
    const auto sent = posted(server, some_report());
    REQUIRE_FALSE(sent);
    CHECK(sent.error().message.find("HTTP " + std::to_string(other)) != std::string::npos);
    CHECK(sent.error().message.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("a receiver that hangs costs the operation's time and no more") {
  fake::http_server server([](const fake::request&) { return fake::text(200, ""); });
  server.disturb([](const fake::request&) { return fake::disturbance{}; });
  dm::io::http_client http;
  const auto sent = post(dm::io::operation::within(std::chrono::milliseconds(200)), http,
                         server.address() + "/metrics", some_report());
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == dm::status_code::deadline_exceeded);
}
