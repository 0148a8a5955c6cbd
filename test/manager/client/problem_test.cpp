// The Deployment Manager's errors.
// SPDX-License-Identifier: Apache-2.0
#include "client/problem.h"

#include <catch2/catch.hpp>

using namespace dmctl;

TEST_CASE("an error's code says how dmctl ends") {
  CHECK(code_of_status(400) == exit_code::usage);
  CHECK(code_of_status(401) == exit_code::forbidden);
  CHECK(code_of_status(403) == exit_code::forbidden);
  CHECK(code_of_status(404) == exit_code::not_found);
  CHECK(code_of_status(409) == exit_code::conflict);
  CHECK(code_of_status(503) == exit_code::unreachable);
  CHECK(code_of_status(500) == exit_code::failed);
  CHECK(code_of_status(501) == exit_code::failed);
  CHECK(code_of_status(507) == exit_code::failed);
}

TEST_CASE("information, details and what is under way are readable") {
  const problem wrong = problem::of_answer(
      400, R"({"information": "Invalid body", "details": [{"path": "$.p", "found": "0",
              "allowed": "1 to 9", "message": "is too small"}, {"path": "$.q"}]})");
  CHECK(std::string(wrong.what()) == "Invalid body");
  REQUIRE(wrong.notes().size() == 2);
  CHECK(wrong.notes()[0] == "$.p: is too small\n    found:   0\n    allowed: 1 to 9");
  CHECK(wrong.notes()[1] == "$.q");
  const problem busy = problem::of_answer(
      409, R"({"status": "STARTING", "information": "it is starting", "kind": "application",
               "object": "a", "under_way": {"id": "1f", "verb": "start", "user": "ada",
               "accepted_at": "now"}})");
  CHECK(busy.code() == exit_code::conflict);
  CHECK(busy.notes().at(0).find("start by ada since now; dmctl wait 1f") != std::string::npos);
}

TEST_CASE("what is wrong has the names that the user knows") {
  problem wrong = problem::of_answer(
      400, R"({"information": "Invalid body; GET /applications lists them", "details": [
              {"path": "$.claim_mode", "found": "x"}, {"message": "it is too much"},
              {"path": "limit", "message": "with \"kill\": true"}]})");
  CHECK(std::string(wrong.what()) == "Invalid body; dmctl list applications lists them");
  wrong.name_places([](const std::string& path) { return "<" + path + ">"; });
  REQUIRE(wrong.notes().size() == 3);
  CHECK(wrong.notes()[0].starts_with("<$.claim_mode>\n"));
  CHECK(wrong.notes()[1] == "it is too much");
  CHECK(wrong.notes()[2] == "<limit>: with --kill");
}

TEST_CASE("what is not the Deployment Manager's own word proves nothing") {
  for (const char* body : {"<html>404</html>", "", "{}", "[]", "{\"information\": 1}"}) {
    INFO(body);
    const problem strange = problem::of_answer(404, body);
    CHECK(strange.code() == exit_code::unreachable);
    CHECK(strange.http_status() == 404);
  }
}

TEST_CASE("a problem as a document has what the answer had") {
  const problem told = problem::of_answer(404, R"({"information": "there is none"})");
  CHECK(json::to_text(told.to_document()) ==
        R"({"error":{"exit_code":5,"information":"there is none","http_status":404,)"
        R"("answer":{"information":"there is none"}}})");
}
