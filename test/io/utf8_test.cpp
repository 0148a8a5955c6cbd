// Text from outside: what is UTF-8 and what is not.
#include "io/utf8.h"

#include <catch2/catch.hpp>

using namespace dm::io;

TEST_CASE("well-formed UTF-8 of every length is accepted") {
  for (const char* text : {"", "abc", "\xC2\x80", "\xC3\xA4", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    INFO(text);
    CHECK(is_valid_utf8(text));
    CHECK(valid_utf8(text) == text);
  }
}

TEST_CASE("overlong forms, surrogates, stray and missing bytes are not UTF-8") {
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x98"}) {
    INFO(text);
    CHECK_FALSE(is_valid_utf8(text));
    CHECK(is_valid_utf8(valid_utf8(text)));
  }
  CHECK(valid_utf8("a\xFFz", "?") == "a?z");
}

TEST_CASE("a cut falls between characters") {
  const std::string text =
      "a\xE2\x82\xAC"
      "b";  // a, euro sign, b
  CHECK(character_boundary(text, 0) == 0);
  CHECK(character_boundary(text, 1) == 1);
  CHECK(character_boundary(text, 2) == 1);
  CHECK(character_boundary(text, 3) == 1);
  CHECK(character_boundary(text, 4) == 4);
  CHECK(character_boundary(text, 99) == 5);
  CHECK(character_boundary("\x80\x80\x80\x80\x80\x80", 5) ==
        5);  // no character anywhere: cut where it was asked
}
