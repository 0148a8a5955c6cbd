// Text made visible.
// SPDX-License-Identifier: Apache-2.0
#include "io/visible_text.h"

#include <catch2/catch.hpp>

using dm::io::lines;
using dm::io::visible_text;

TEST_CASE("what a terminal would obey is shown, and nothing is lost") {
  CHECK(visible_text("a\x1b[31mb\x7f") == "a\\x1b[31mb\\x7f");
  CHECK(visible_text("a\xc2\x9b"
                     "31m") == "a\\x9b31m");  // CSI as one character of C1
  CHECK(visible_text("a\xe2\x80\xae"
                     "b\xe2\x81\xa6\xe2\x80\xa8") == "a\\u202eb\\u2066\\u2028");
  CHECK(visible_text("a\xff\xc3z") == "a\\xff\\xc3z");
  CHECK(visible_text("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80") ==
        "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
  CHECK(visible_text({"a\0b", 3}) == "a\\x00b");
}

TEST_CASE("lines may be kept, or joined") {
  CHECK(visible_text("a\n\tb\r") == "a\\x0a\\x09b\\x0d");
  CHECK(visible_text("a\n\tb\r", lines::kept) == "a\n\tb\\x0d");
  CHECK(visible_text("a\n\tb\r\x1b[0m", lines::joined) == "a  b \\x1b[0m");
}
