// Durations, times and sizes.
// SPDX-License-Identifier: Apache-2.0
#include "client/measure.h"

#include <catch2/catch.hpp>

using namespace dmctl;
using std::chrono::milliseconds;

TEST_CASE("durations as people write them") {
  CHECK(parse_duration("90") == milliseconds(90'000));
  CHECK(parse_duration("90s") == milliseconds(90'000));
  CHECK(parse_duration("500ms") == milliseconds(500));
  CHECK(parse_duration("5m") == milliseconds(300'000));
  CHECK(parse_duration("2h") == milliseconds(7'200'000));
  CHECK(parse_duration("1d") == milliseconds(86'400'000));
  CHECK(parse_duration("0") == milliseconds(0));
  for (const char* bad : {"", "s", "-1", "1.5s", "5 m", "5x", "99999999999", "1w"}) {
    INFO(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("durations as people read them") {
  CHECK(shown_duration(milliseconds(0)) == "0.0 s");
  CHECK(shown_duration(milliseconds(1234)) == "1.2 s");
  CHECK(shown_duration(milliseconds(12'345)) == "12 s");
  CHECK(shown_duration(milliseconds(185'000)) == "3 min 5 s");
  CHECK(shown_duration(milliseconds(7'440'000)) == "2 h 4 min");
  CHECK(shown_duration(milliseconds(273'600'000)) == "3 d 4 h");
  CHECK(shown_duration(milliseconds(-5)) == "0 s");
}

TEST_CASE("sizes and figures") {
  CHECK(shown_bytes(0) == "0 B");
  CHECK(shown_bytes(999) == "999 B");
  CHECK(shown_bytes(1000) == "1.0 kB");
  CHECK(shown_bytes(999'960) == "1.0 MB");
  CHECK(shown_bytes(1'234'567) == "1.2 MB");
  CHECK(shown_number(12) == "12");
  CHECK(shown_number(12.34) == "12.3");
  CHECK(shown_number(4'500'000) == "4.5M");
}

TEST_CASE("times are read as the Deployment Manager writes them, and else shown as they are") {
  const auto time = parse_time("2024-05-01T12:00:07.250Z");
  REQUIRE(time);
  CHECK(time->time_since_epoch() == milliseconds(1'714'564'807'250));
  CHECK(rfc3339_of(*time) == "2024-05-01T12:00:07Z");
  CHECK(shown_time("2024-05-01T12:00:07.250Z") == "2024-05-01 12:00:07");
  CHECK(shown_age("2024-05-01T12:00:07.250Z", *time + milliseconds(61'000)) == "1 min 1 s");
  for (const char* bad : {"", "today", "2024-13-01T00:00:00Z", "2024-05-01T25:00:00Z",
                          "2024-05-01T12:00:07", "2024-05-01T12:00:07+01:00"}) {
    INFO(bad);
    CHECK_FALSE(parse_time(bad));
  }
  CHECK(shown_time("soon") == "soon");
  CHECK(with_shown_times("next at 2024-05-01T12:00:07.250Z, or 2024-05-01T12:00:08Z.") ==
        "next at 2024-05-01 12:00:07 UTC, or 2024-05-01 12:00:08 UTC.");
  CHECK(with_shown_times("2024-05-01T12:00:07+02:00, 2024-05-01T12:00") ==
        "2024-05-01T12:00:07+02:00, 2024-05-01T12:00");
}
