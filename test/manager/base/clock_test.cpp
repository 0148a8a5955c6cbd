// Times as text.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

TEST_CASE("times are RFC 3339 in UTC with milliseconds") {
  CHECK(manager::to_rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(manager::to_rfc3339(1709210096007) == "2024-02-29T12:34:56.007Z");
}

TEST_CASE("RFC 3339 in UTC is read back") {
  CHECK(manager::from_rfc3339("2024-02-29T12:34:56.007Z") == 1709210096007);
  CHECK(manager::from_rfc3339("2024-02-29T12:34:56Z") == 1709210096000);
  CHECK(manager::from_rfc3339("2024-02-29T12:34:56.1234Z") == 1709210096123);
  CHECK_FALSE(manager::from_rfc3339("2024-02-29T12:34:56.007+01:00"));
  CHECK_FALSE(manager::from_rfc3339("2024-02-29 12:34"));
  CHECK_FALSE(manager::from_rfc3339(""));
  CHECK(manager::from_rfc3339("1969-12-31T23:59:59.999Z") == -1);
}

TEST_CASE("a time that no calendar and no clock has is none") {
  for (const char* none :
       {"2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z", "2024-04-31T00:00:00Z", "2024-04-30T24:00:00Z",
        "2024-04-30T23:60:00Z", "2024-04-30T23:59:60Z", "2024-4-30T23:59:00Z", "2024-04-30",
        " 2024-04-30T23:59:00Z", "2024-04-30T23:59:00", "2024-04-30T23:59:00.Z",
        "2024-04-30T23:59:00Zz", "+024-04-30T23:59:00Z"}) {
    INFO(none);
    CHECK_FALSE(manager::from_rfc3339(none));
  }
}

TEST_CASE("a test can set the clock, and nothing reads the time past that") {
  const std::int64_t before = manager::now_ms();
  {
    const manager::clock_change change(std::chrono::hours(-1));
    CHECK(manager::now_ms() < before - 3'000'000);
  }
  CHECK(manager::now_ms() >= before);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(MANAGER_SOURCES)) {
    // The client is a program of its own, without anything to decide by time.
    if (entry.path().string().find("/client/") != std::string::npos) continue;
    const auto kind = entry.path().extension();
    if ((kind != ".cpp" && kind != ".h") || entry.path().filename() == "clock.cpp") continue;
    INFO(entry.path().string());
    const std::string text = manager_test::read_file(entry.path());
    for (const char* other : {"system_clock", "gettimeofday", "std::time(", "CLOCK_REALTIME"}) {
      CHECK(text.find(other) == std::string::npos);
    }
  }
}
