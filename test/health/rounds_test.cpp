// Probes side by side.
// SPDX-License-Identifier: Apache-2.0
#include "health/rounds.h"

#include <catch2/catch.hpp>

#include "fake/http_server.h"

using namespace dm::health;
namespace fake = dm::fake;

namespace {

// Asks the same address so many times, and keeps the answers.
class asker : public probe {
 public:
  asker(std::string url, int rounds) : url_(std::move(url)), rounds_(rounds) {}
  std::vector<dm::io::http_request> ask() override {
    if (rounds_-- <= 0) return {};
    dm::io::http_request request;
    request.url = url_;
    return {request, request};
  }
  void take(std::size_t index, timed_answer answer) override {
    CHECK(index == answers.size() % 2);
    answers.push_back(std::move(answer));
  }
  finding conclude() override { return {}; }

  std::vector<timed_answer> answers;

 private:
  std::string url_;
  int rounds_;
};

}  // namespace

TEST_CASE("who hangs costs nobody else's answer, and each has its own time") {
  const fake::http_server good([](const fake::request&) { return fake::json(200, "{}"); });
  fake::http_server hanging([](const fake::request&) { return fake::json(200, "{}"); });
  hanging.disturb([](const fake::request&) { return fake::disturbance{}; });
  dm::io::http_client http;
  asker one(good.address(), 2);
  asker other(hanging.address(), 1);
  const std::vector<probe*> all{&other, &one};
  ask_all(dm::io::operation::within(std::chrono::minutes(1)), http, all,
          std::chrono::milliseconds(400));
  REQUIRE(one.answers.size() == 4);
  for (const timed_answer& answer : one.answers) CHECK(answer.response);
  CHECK(one.answers.front().took_ms < 400);
  REQUIRE(other.answers.size() == 2);
  for (const timed_answer& answer : other.answers) {
    CHECK_FALSE(answer.response);
    CHECK(answer.took_ms >= 390);
  }
}

TEST_CASE("the end of the operation ends all, and each is told so") {
  fake::http_server hanging([](const fake::request&) { return fake::json(200, "{}"); });
  hanging.disturb([](const fake::request&) { return fake::disturbance{}; });
  dm::io::http_client http;
  asker one(hanging.address(), 100);
  const std::vector<probe*> all{&one};
  ask_all(dm::io::operation::within(std::chrono::milliseconds(200)), http, all,
          std::chrono::minutes(1));
  CHECK(one.answers.size() >= 2);
  for (const timed_answer& answer : one.answers) {
    REQUIRE_FALSE(answer.response);
    CHECK(cut_off(answer.response.error()));
  }
}
