// Text of others made fit to be shown.
// SPDX-License-Identifier: Apache-2.0
#include "health/shown_text.h"

#include <catch2/catch.hpp>

using dm::health::columns;
using dm::health::counted;
using dm::health::shown;

TEST_CASE("what a terminal would obey does not reach it") {
  CHECK(shown("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(shown("a\xc2\x9b"
              "31mb") == "a\\x9b31mb");  // CSI as one character of C1
  CHECK(shown("a\xe2\x80\xae"
              "b\xe2\x81\xa6") == "a\\u202eb\\u2066");  // writing turned round
  CHECK(shown("a\xff"
              "b") == "a\\xffb");
  CHECK(shown("first\nsecond") == "first");
  CHECK(shown("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80") ==
        "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST_CASE("what is long is cut, what is secret is masked, even where it is cut") {
  CHECK(shown(std::string(1000, 'x'), 10) == "xxxxxxxxxx...");
  CHECK(shown("GET http://ada:secretword@host/").find("secretword") == std::string::npos);
  CHECK(shown("GET http://ada:secretword@host/", 20).find("secret") == std::string::npos);
  CHECK(shown("password=secretword next") == "password=*** next");
}

TEST_CASE("one is one") {
  CHECK(counted(0, "node") == "0 nodes");
  CHECK(counted(1, "node") == "1 node");
  CHECK(counted(2, "DataNode") == "2 DataNodes");
}

TEST_CASE("columns are characters") {
  CHECK(columns("") == 0);
  CHECK(columns("abc") == 3);
  CHECK(columns("gr\xc3\xbc\xc3\x9f") == 4);
}
