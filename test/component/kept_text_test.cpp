// Text from outside, as it is kept: without secrets, without what a terminal obeys.
// SPDX-License-Identifier: Apache-2.0
#include "component/kept_text.h"

#include <catch2/catch.hpp>

#include "io/utf8.h"

using dm::component::kept_line;
using dm::component::kept_text;

TEST_CASE("the end of a long text is kept, from the beginning of a line on") {
  CHECK(kept_text("one\ntwo\n", 100) == "one\ntwo\n");
  CHECK(kept_text("first line\nsecond\n", 12) == "second\n");
  // Without a line's beginning near, the cut is where it is.
  CHECK(kept_text(std::string(10'000, 'x'), 5'000).size() == 5'000);
  CHECK(kept_text("", 10).empty());
}

TEST_CASE("INV-7: no secret is kept") {
  const std::string text =
      kept_text("connecting with db.password=hunter2 to jdbc://ada:hunter2@db/x\n", 1000);
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(text.find("db.password=***") != std::string::npos);
  CHECK(kept_line("--api-token hunter2").find("hunter2") == std::string::npos);
}

TEST_CASE("control characters are shown, line feeds and tabulators stay") {
  CHECK(kept_text("a\x1b[31mred\tb\r\n", 100) == "a\\x1b[31mred\tb\\x0d\n");
  CHECK(kept_text(std::string("nul\0", 4), 100) == "nul\\x00");
  CHECK(kept_text("csi\xC2\x9B"
                  "31m",
                  100) == "csi\\x9b31m");
  CHECK(kept_text("\x7F", 100) == "\\x7f");
  CHECK(kept_line("two\nlines\x07") == "two lines\\x07");
}

TEST_CASE("what is no UTF-8 becomes UTF-8") {
  CHECK(dm::io::is_valid_utf8(kept_text("broken \xFF\xC3 end", 100)));
  CHECK(kept_text("gr\xC3\xBC\xC3\x9F"
                  "e",
                  100) ==
        "gr\xC3\xBC\xC3\x9F"
        "e");
  CHECK(dm::io::is_valid_utf8(kept_text("\xC3\xBC\xC3\xBC\xC3\xBC", 3)));
}

TEST_CASE("a line is cut at its limit") {
  CHECK(kept_line(std::string(5'000, 'a'), 40).size() <= 44);
}
