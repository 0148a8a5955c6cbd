// The text format of Prometheus.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/exposition.h"

#include <catch2/catch.hpp>

using manager::metrics::exposition;
using manager::metrics::histogram;

TEST_CASE("a family has its help, its type and its samples, with every value escaped") {
  exposition text;
  text.family("things_total", "counter", "All\nof \\ them.");
  text.sample({}, 3);
  text.sample({{"name", "a\"b\\c\nd"}, {"kind", "x"}}, 0.5);
  CHECK(text.text() ==
        "# HELP things_total All\\nof \\\\ them.\n"
        "# TYPE things_total counter\n"
        "things_total 3\n"
        "things_total{name=\"a\\\"b\\\\c\\nd\",kind=\"x\"} 0.5\n");
}

TEST_CASE("a histogram's buckets are cumulative and end in +Inf, sum and count") {
  histogram times;
  times.observe(0.004);
  times.observe(2);
  times.observe(5000);
  exposition text;
  text.family("took_seconds", "histogram", "Time.");
  text.sample({{"verb", "start"}}, times);
  for (const char* line :
       {"took_seconds_bucket{verb=\"start\",le=\"0.001\"} 0\n",
        "took_seconds_bucket{verb=\"start\",le=\"0.005\"} 1\n",
        "took_seconds_bucket{verb=\"start\",le=\"1\"} 1\n",
        "took_seconds_bucket{verb=\"start\",le=\"5\"} 2\n",
        "took_seconds_bucket{verb=\"start\",le=\"900\"} 2\n",
        "took_seconds_bucket{verb=\"start\",le=\"+Inf\"} 3\n",
        "took_seconds_sum{verb=\"start\"} 5002.004\n", "took_seconds_count{verb=\"start\"} 3\n"}) {
    INFO(line);
    CHECK(text.text().find(line) != std::string::npos);
  }
}
