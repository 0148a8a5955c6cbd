// Addresses of requests.
// SPDX-License-Identifier: Apache-2.0
#include "client/address.h"

#include "client/problem.h"

#include <catch2/catch.hpp>

using namespace dmctl;

TEST_CASE("names from anywhere stay one part of an address") {
  CHECK(target({"applications", "a b/c?d#e%"}) == "/applications/a%20b%2Fc%3Fd%23e%25");
  CHECK(target({"applications", "ä\n"}) == "/applications/%C3%A4%0A");
  CHECK(target({"x"}, {{"a", "1&b=2"}, {"empty", ""}, {"c", "é"}}) == "/x?a=1%26b%3D2&c=%C3%A9");
}

TEST_CASE("what would be another address is no name") {
  for (const char* bad : {"", ".", ".."}) {
    INFO(bad);
    CHECK_THROWS_AS(target({"applications", bad, "status"}), problem);
  }
}

TEST_CASE("what is encoded comes back") {
  const std::string text = "a/b?c=%41&d\x01é";
  CHECK(percent_decoded(percent_encoded(text)) == text);
  CHECK(percent_decoded("100%") == "100%");
  CHECK(percent_decoded("%zz") == "%zz");
}
