// Progress that this host tells by itself.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/progress_event.h"

#include <catch2/catch.hpp>

TEST_CASE("the host's own progress has the form of a plugin's") {
  const auto event = manager::progress_event("waiting", "tried 2 times: \"no\"");
  CHECK(manager::json::to_text(event) ==
        R"({"schema":1,"event":"progress","phase":"waiting","message":"tried 2 times: \"no\""})");
}
