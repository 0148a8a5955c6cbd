// What a plugin is asked for by housekeeping.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_request.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("a plugin gets the components of its type, also those that are just being made") {
  component_record made;
  made.application = "one";
  made.type = "flink";
  made.name = "main";
  made.data = R"({"made":"main"})";
  component_record begun = made;
  begun.name = "second";
  begun.data.reset();
  component_record other = made;
  other.type = "spark";
  json::document wish = json::make_object();
  json::set(wish, "dry_run", false, wish.GetAllocator());
  json::set(wish, "all", true, wish.GetAllocator());
  const auto request = housekeeping_request("test", "flink", {made, begun, other}, wish);
  CHECK(json::to_text(request) ==
        R"({"schema":1,"namespace":"test","records":[{"application":"one","component":"main",)"
        R"("data":{"made":"main"}},{"application":"one","component":"second"}],)"
        R"("dry_run":false,"all":true})");
}

TEST_CASE(
    "words of a plugin's are short, and hold nothing that a path or a page could take for more") {
  for (const char* good : {"staging", "staging-3f0a9c2e71b45d18"}) {
    CHECK(is_housekeeping_word(good));
  }
  for (const char* bad : {"", "Staging", "a/b", "..", "a b", "a\n", "<b>"}) {
    CHECK_FALSE(is_housekeeping_word(bad));
  }
  CHECK_FALSE(is_housekeeping_word(std::string(101, 'a')));
}
