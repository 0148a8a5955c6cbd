// Where a session has heard that nodes are.
// SPDX-License-Identifier: Apache-2.0
#include "context/node_addresses.h"

#include <catch2/catch.hpp>

using dm::context::node_addresses;

TEST_CASE("a node is where YARN has said last") {
  node_addresses known;
  CHECK_FALSE(known.of("n:45454"));
  known.remember("n:45454", "http://n:8042");
  known.remember("n:45454", "http://n:8043");
  CHECK(known.of("n:45454") == "http://n:8043");
}

TEST_CASE("the memory of addresses is bounded (INV-12)") {
  node_addresses known;
  for (std::size_t i = 0; i <= node_addresses::most; ++i)
    known.remember(std::to_string(i), "http://n:8042");
  CHECK_FALSE(known.of("0"));
  CHECK(known.of(std::to_string(node_addresses::most)));
}
