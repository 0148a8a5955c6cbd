// A sentence for people, put together from clauses.
// SPDX-License-Identifier: Apache-2.0
#include "observation/sentence.h"

#include <catch2/catch.hpp>

using dm::observation::sentence;

TEST_CASE("clauses stand one after the other, and an empty one leaves no trace") {
  CHECK(sentence().text().empty());
  CHECK(sentence().add("").text().empty());
  CHECK(sentence().add("one").add("").add("two").text() == "one; two");
  CHECK(sentence("one").add("two").text() == "one; two");
}
