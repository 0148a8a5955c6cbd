// Figures.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_figures.h"

#include <catch2/catch.hpp>

using namespace dmctl;

TEST_CASE("a figure is shown by its unit") {
  CHECK(shown_figure("uptime_ms", 185'000) == "3 min 5 s");
  CHECK(shown_figure("checkpoint_bytes", 1'200'000) == "1.2 MB");
  CHECK(shown_figure("busy_max_permille", 125) == "12.5 %");
  CHECK(shown_figure("records_in_per_second", 4'500'000) == "4.5M/s");
  CHECK(shown_figure("restarts", 3) == "3");
  CHECK(shown_figure("uptime_ms", -1) == "-1");
}

TEST_CASE("a line of blocks goes from the least to the greatest, with gaps") {
  CHECK(spark_line({0.0, 7.0, std::nullopt, 3.0}, 40) == "▁█ ▄");
  CHECK(spark_line({5.0, 5.0}, 40) == "▁▁");
  CHECK(spark_line({}, 40).empty());
  CHECK(spark_line({1.0, 2.0, 3.0}, 2) == "▁█");
}
