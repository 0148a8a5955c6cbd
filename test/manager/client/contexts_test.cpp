// The configuration, and what a command uses of it.
// SPDX-License-Identifier: Apache-2.0
#include "client/contexts.h"

#include <catch2/catch.hpp>

using namespace dmctl;

namespace {

contexts two() {
  return parse_contexts(
      R"({"current": "here", "contexts": {"here": {"socket": "/s", "user": "ada"},
          "prod": {"url": "https://dm:1", "token_file": "/t"}}})",
      "config.json");
}

environment nothing() {
  return [](const char*) -> const char* { return nullptr; };
}

}  // namespace

TEST_CASE("a configuration comes back as it was written") {
  const contexts all = two();
  const contexts again = parse_contexts(to_text(all), "config.json");
  CHECK(again.current == "here");
  CHECK(again.known.at("here").socket == "/s");
  CHECK(again.known.at("prod").token_file == "/t");
}

TEST_CASE("all problems of a configuration are told at once") {
  try {
    parse_contexts(R"({"current": "gone", "contexts": {"a b": {"socket": "/s"}, "x": {"token": "T"},
                       "y": 1, "z": {"socket": 2}}, "more": 1})",
                   "config.json");
    FAIL("it was accepted");
  } catch (const problem& wrong) {
    CHECK(wrong.code() == exit_code::usage);
    CHECK(wrong.notes().size() == 6);
    std::string all;
    for (const auto& note : wrong.notes()) all += note + "\n";
    for (const char* part :
         {"a b", "x.token", "token_file", "$.contexts.y", "z.socket", "$.more", "\"gone\""}) {
      INFO(part << "\n" << all);
      CHECK(all.find(part) != std::string::npos);
    }
  }
  CHECK_THROWS_AS(parse_contexts("{", "config.json"), problem);
}

TEST_CASE("options are above the environment, that above a context, that above the socket") {
  const contexts all = two();
  CHECK(choose_place({}, "", {}, nothing()).where.socket == default_socket);
  CHECK(choose_place(all, "", {}, nothing()).where.socket == "/s");
  CHECK(choose_place(all, "prod", {}, nothing()).where.url == "https://dm:1");
  const environment by_environment = [](const char* name) -> const char* {
    if (std::string_view(name) == "DMCTL_URL") return "http://localhost:2";
    return std::string_view(name) == "DMCTL_CONTEXT" ? "prod" : nullptr;
  };
  const chosen_place chosen = choose_place(all, "", {}, by_environment);
  CHECK(chosen.context == "prod");
  CHECK(chosen.where.url == "http://localhost:2");
  CHECK(chosen.where.token_file.empty());
  CHECK(chosen.origins.at("url") == "DMCTL_URL");
  place options;
  options.socket = "/other";
  options.token_file = "/mine";
  const chosen_place above = choose_place(all, "here", options, by_environment);
  CHECK(above.where.url.empty());
  CHECK(above.where.socket == "/other");
  CHECK(above.where.token_file == "/mine");
  CHECK(above.where.user == "ada");
  CHECK(above.origins.at("socket") == "--socket");
  CHECK(above.origins.at("token_file") == "--token-file");
  CHECK(above.origins.at("user") == "context here");
  CHECK_THROWS_WITH(choose_place(all, "gone", {}, nothing()), Catch::Contains("here, prod"));
}

TEST_CASE("names of contexts") {
  for (const char* good : {"a", "prod-1", "a.b", "A_9"}) CHECK(is_context_name(good));
  for (const char* bad : {"", "-a", ".a", "a b", "a/b", "ä"}) CHECK_FALSE(is_context_name(bad));
}
