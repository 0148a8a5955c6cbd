// A text without the blanks around it.
// SPDX-License-Identifier: Apache-2.0
#include "io/trimmed.h"

#include <catch2/catch.hpp>

using namespace dm::io;

TEST_CASE("blanks go at both ends, and nowhere else") {
  CHECK(trimmed(" \t\r\n a b \t c\r\n ") == "a b \t c");
  CHECK(trimmed("a") == "a");
  CHECK(trimmed("").empty());
  CHECK(trimmed(" \n\t\r ").empty());
}

TEST_CASE("within a line a line feed is no blank") {
  CHECK(trimmed(" \ta\r\n ", line_blanks) == "a\r\n");
  CHECK(trimmed("\n", line_blanks) == "\n");
}
