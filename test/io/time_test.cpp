// Times as the documents write them.
#include "io/time.h"

#include <catch2/catch.hpp>

using namespace dm::io;

TEST_CASE("times are written in UTC with milliseconds") {
  CHECK(to_rfc3339(from_epoch_ms(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(from_epoch_ms(1'769'903'999'123)) == "2026-01-31T23:59:59.123Z");
  CHECK(to_rfc3339(from_epoch_ms(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("times that no four digits of a year can show are the nearest that can") {
  CHECK(to_rfc3339(from_epoch_ms(INT64_MAX)) == "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(from_epoch_ms(INT64_MIN)) == "0000-01-01T00:00:00.000Z");
}

TEST_CASE("what is written is read back") {
  for (const std::int64_t ms : {0LL, 1LL, 951'782'399'999LL, 1'769'903'999'123LL, -86'400'001LL}) {
    const auto read = from_rfc3339(to_rfc3339(from_epoch_ms(ms)));
    REQUIRE(read);
    CHECK(read->time_since_epoch().count() == ms);
  }
}

TEST_CASE("anything but exactly that form is refused") {
  for (const char* text :
       {"", "2026-01-31T23:59:59Z", "2026-01-31T23:59:59.1234Z", "2026-01-31 23:59:59.123Z",
        "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-31T24:00:00.000Z",
        "2026-01-31T23:60:00.000Z", "2026-01-31T23:59:60.000Z", "2026-01-31T23:59:59.123z",
        "+026-01-31T23:59:59.123Z", "2026-01-31T23:59:59.123+00:00"}) {
    INFO(text);
    CHECK_FALSE(from_rfc3339(text));
  }
  CHECK(from_rfc3339("2024-02-29T00:00:00.000Z"));
}

TEST_CASE("now is a time of today, in milliseconds") {
  const auto a = now();
  const auto b = now();
  CHECK(b >= a);
  CHECK(a > from_epoch_ms(1'700'000'000'000));
}
