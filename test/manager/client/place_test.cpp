// Which Deployment Manager is asked.
// SPDX-License-Identifier: Apache-2.0
#include "client/place.h"

#include <catch2/catch.hpp>

using namespace dmctl;

TEST_CASE("an address takes no proof of another place with it") {
  place below;
  below.url = "https://prod:5000";
  below.token_file = "/prod.token";
  below.user = "ada";
  place above;
  above.url = "https://elsewhere:1";
  const place both = merged(below, above);
  CHECK(both.url == "https://elsewhere:1");
  CHECK(both.token_file.empty());
  CHECK(both.user == "ada");
  place user;
  user.user = "bob";
  CHECK(merged(below, user).token_file == "/prod.token");
  CHECK(merged(below, user).user == "bob");
}

TEST_CASE("members that do not go together are told") {
  const auto with = [](auto change) {
    place one;
    change(one);
    return problem_with(one);
  };
  CHECK(with([](place& p) { p.url = "http://127.0.0.1:5000"; }).empty());
  CHECK(with([](place& p) { p.url = "https://[::1]:5000/"; }).empty());
  CHECK(with([](place&) {}).empty());
  CHECK(with([](place& p) { p.url = p.socket = "http://x"; }).find("both") != std::string::npos);
  for (const char* bad : {"ftp://x", "127.0.0.1:5000", "http://", "http://x y"}) {
    INFO(bad);
    CHECK(with([&](place& p) { p.url = bad; }).find("is none") != std::string::npos);
  }
  CHECK(with([](place& p) { p.url = "http://x/a"; }).find("more than") != std::string::npos);
  CHECK(with([](place& p) { p.socket = std::string(108, 'x'); }).find("107") != std::string::npos);
  CHECK_FALSE(with([](place& p) {
                p.url = "https://x";
                p.certificate = "c";
              }).empty());
}

TEST_CASE("a secret goes to another machine by TLS only, and is not shown") {
  place one;
  one.token_file = "t";
  one.url = "http://dm:5000";
  CHECK(problem_with(one).find("https://") != std::string::npos);
  one.url = "http://localhost:5000";
  CHECK(problem_with(one).empty());
  one.url = "https://dm:5000";
  CHECK(problem_with(one).empty());
  one.url = "https://ada:hush@dm:5000";
  CHECK_FALSE(problem_with(one).empty());
  CHECK(problem_with(one).find("hush") == std::string::npos);
}
