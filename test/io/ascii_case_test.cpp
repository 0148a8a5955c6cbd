// Case of ASCII letters.
// SPDX-License-Identifier: Apache-2.0
#include "io/ascii_case.h"

#include <catch2/catch.hpp>

using dm::io::lower_ascii;
using dm::io::upper_ascii;

TEST_CASE("letters of ASCII change their case, and nothing else does") {
  CHECK(lower_ascii("AZaz@[`{09") == "azaz@[`{09");
  CHECK(upper_ascii("AZaz@[`{09") == "AZAZ@[`{09");
  CHECK(lower_ascii("ÄÖ") == "ÄÖ");
  CHECK(upper_ascii("äö\xFF") == "äö\xFF");
  CHECK(lower_ascii("").empty());
  CHECK(lower_ascii('Q') == 'q');
  CHECK(upper_ascii('q') == 'Q');
}
