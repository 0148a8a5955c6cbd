// Documents, and what is known when an answer was lost.
// SPDX-License-Identifier: Apache-2.0
#include "client/server.h"

#include "client/stand_in.h"

#include <catch2/catch.hpp>

using namespace dmctl;
using client_test::stand_in;

namespace {

// One request, one answer.
template <typename Ask>
void with(const std::string& told, const std::string& user, const Ask& ask) {
  stand_in other([&](const std::string&) { return told; });
  const interruption stop;
  place where;
  where.socket = other.socket();
  connection wire(where, std::chrono::milliseconds(1000), stop);
  server manager(wire, user, std::chrono::milliseconds(2000));
  ask(manager, other);
}

}  // namespace

TEST_CASE("a page has its document and where it goes on") {
  with(stand_in::json(200, "{\"a\": 1}",
                      "Link: </applications?limit=1&after=a%20b&x=1>; rel=\"next\"\r\n"),
       "ada b", [](server& manager, const stand_in& other) {
         const auto page = manager.get_page("/applications?limit=1");
         CHECK(page.body.HasMember("a"));
         CHECK(page.next == "a b");
         CHECK(other.heard().at(0).starts_with("GET /applications?limit=1&user.name=ada%20b "));
       });
}

TEST_CASE("a write gives its operation, if it is one") {
  for (const auto& [location, id] :
       {std::pair<std::string, std::string>{"/operations/" + std::string(32, 'a'),
                                            std::string(32, 'a')},
        {"/operations/../../etc", ""},
        {"/operations/\x1b[2J", ""}}) {
    with(stand_in::json(202, "", "Location: " + location + "\r\n"), "",
         [&](server& manager, const stand_in&) {
           CHECK(manager.write("POST", "/x", "{}", "look").operation == id);
         });
  }
}

TEST_CASE("a lost answer says how to find out, and the request is not sent again") {
  with("", "", [](server& manager, const stand_in& other) {
    try {
      manager.write("POST", "/x", "{}", "find out: so");
      FAIL("it answered");
    } catch (const no_answer& lost) {
      REQUIRE(lost.notes().size() == 2);
      CHECK(lost.notes()[0].find("not known") != std::string::npos);
      CHECK(lost.notes()[1] == "find out: so");
    }
    CHECK(other.heard().size() == 1);
  });
}

TEST_CASE("rubbish is no answer") {
  for (const char* body : {"<html>", "{", "1", "\"x\"", "null"}) {
    INFO(body);
    with(stand_in::json(200, body), "", [](server& manager, const stand_in&) {
      try {
        manager.get("/x");
        FAIL("it was taken");
      } catch (const problem& strange) {
        CHECK(strange.code() == exit_code::unreachable);
      }
    });
  }
}

TEST_CASE("readiness is told by 503, too") {
  with(stand_in::json(503, R"({"status": "not ready"})"), "",
       [](server& manager, const stand_in&) { CHECK(manager.look("/readyz").status == 503); });
  with(stand_in::json(404, R"({"information": "none"})"), "",
       [](server& manager, const stand_in&) { CHECK_THROWS_AS(manager.look("/readyz"), problem); });
}
