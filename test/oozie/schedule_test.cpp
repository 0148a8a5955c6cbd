// Schedules: what is allowed, what is refused, and when the first run is due.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/schedule.h"

#include <catch2/catch.hpp>

using namespace dm::oozie;
namespace io = dm::io;

namespace {

schedule_reading read(const std::string& text) {
  auto document = io::parse_json(text, "a schedule");
  REQUIRE(document);
  return read_schedule(*document);
}

// The paths of what is wrong.
std::vector<std::string> wrong(const std::string& text) {
  std::vector<std::string> paths;
  for (const dm::problem& one : read(text).problems) paths.push_back(one.path);
  return paths;
}

using paths = std::vector<std::string>;

io::wall_time at(const std::string& minute) { return *from_minute(minute); }

std::string first(const std::string& text, const std::string& now) {
  return first_start(read(text).schedule, at(now));
}

}  // namespace

TEST_CASE("a frequency alone is a schedule, and the rest has defaults") {
  const schedule_reading reading = read(R"({"frequency": 60})");
  CHECK(reading.problems.empty());
  CHECK(reading.warnings.empty());
  CHECK(reading.schedule.minutes == 60);
  CHECK(reading.schedule.timezone == "UTC");
  CHECK(reading.schedule.execution == "LAST_ONLY");
  CHECK(reading.schedule.timeout_min == 120);
  CHECK_FALSE(reading.schedule.action);
}

TEST_CASE("what is written is read again") {
  const schedule whole = read(R"({"frequency": 1440, "start": "2026-01-31T06:00Z",
    "end": "2027-01-31T06:00Z", "timezone": "Europe/Berlin", "timeout_min": 5, "concurrency": 1,
    "execution": "FIFO", "action": "shell"})")
                             .schedule;
  const schedule cron = read(R"({"frequency": "0 6 * * MON-FRI"})").schedule;
  for (const schedule& one : {whole, cron}) {
    io::json_buffer buffer;
    io::json_writer writer(buffer);
    write(writer, one);
    CHECK(read(std::string(io::text(buffer))).schedule == one);
  }
}

TEST_CASE("all that is wrong is told at once, each with its path") {
  CHECK(wrong(R"({"start": "today", "end": "never", "timezone": "a b", "timeout_min": 0,
                  "concurrency": 2, "execution": "ALL", "action": "java", "more": 1})") ==
        paths{".more", ".frequency", ".start", ".end", ".timezone", ".timeout_min", ".concurrency",
              ".execution", ".action"});
  CHECK(wrong("[]") == paths{""});
}

TEST_CASE("a frequency that Oozie would take, and take badly, is refused") {
  // The real one accepts 0 and makes runs without end.
  for (const std::string frequency :
       {"0", "-5", "525601", "1.5", "\"\"", "\"* * * *\"", "\"* * * * * *\"", "\"0 6 * * ${x}\"",
        "\"0  6 * * *\"", "true"}) {
    INFO(frequency);
    CHECK(wrong("{\"frequency\": " + frequency + "}") == paths{".frequency"});
  }
}

TEST_CASE("an end before the start") {
  CHECK(wrong(R"({"frequency": 5, "start": "2026-02-01T00:00Z", "end": "2026-01-01T00:00Z"})") ==
        paths{".end"});
}

TEST_CASE(
    "cron in another time zone is refused: Oozie reads it in UTC, and moves it with the zone's "
    "clock") {
  CHECK(wrong(R"({"frequency": "0 6 * * *", "timezone": "Europe/Berlin"})") == paths{".timezone"});
  CHECK(wrong(R"({"frequency": "0 6 * * *", "timezone": "UTC"})").empty());
}

TEST_CASE("a time zone without whole days has no effect, and that is said") {
  const schedule_reading reading = read(R"({"frequency": 90, "timezone": "Europe/Berlin"})");
  CHECK(reading.problems.empty());
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings.front().path == ".timezone");
}

TEST_CASE("the first run is never one to be made up for") {
  CHECK(first(R"({"frequency": 60})", "2026-11-27T10:00Z") == "2026-11-27T10:00Z");
  CHECK(first(R"({"frequency": 60, "start": "2026-12-01T00:15Z"})", "2026-11-27T10:00Z") ==
        "2026-12-01T00:15Z");
  CHECK(first(R"({"frequency": 60, "start": "2026-11-01T00:15Z"})", "2026-11-27T10:00Z") ==
        "2026-11-27T10:15Z");
  CHECK(first(R"({"frequency": 7, "start": "2026-11-27T09:59Z"})", "2026-11-27T10:06Z") ==
        "2026-11-27T10:06Z");
  CHECK(first(R"({"frequency": 1440, "start": "2026-11-01T06:00Z"})", "2026-11-27T10:00Z") ==
        "2026-11-28T06:00Z");
  CHECK(first(R"({"frequency": "0 6 * * *", "start": "2026-11-01T06:00Z"})", "2026-11-27T10:00Z") ==
        "2026-11-27T10:00Z");
  // Only Oozie knows what a day is there.
  CHECK(first(R"({"frequency": 1440, "timezone": "Europe/Berlin", "start": "2026-03-01T05:00Z"})",
              "2026-11-27T10:00Z") == "2026-03-01T05:00Z");
}

TEST_CASE("times in Oozie's forms") {
  CHECK(to_minute(at("2026-01-31T06:00Z")) == "2026-01-31T06:00Z");
  for (const char* text : {"", "2026-01-31T06:00", "2026-13-31T06:00Z", "2026-01-31T06:00:00Z"})
    CHECK_FALSE(from_minute(text));
  CHECK(from_http_date("Fri, 27 Nov 2026 17:48:00 GMT") == at("2026-11-27T17:48Z"));
  for (const char* text : {"", "Fri, 27 Nix 2026 17:48:00 GMT", "Fri, 27 Nov 2026 17:48:00 CET"})
    CHECK_FALSE(from_http_date(text));
}

TEST_CASE("plain arguments have nothing that a shell or an expression reads") {
  CHECK(is_plain_argument("/opt/a-b_c/guard.json"));
  CHECK(is_plain_argument("root@edge.example.com"));
  for (const char* text : {"", "a b", "$HOME", "${wf:id()}", "a;b", "a'b", "a\nb", "a&b", "a*"})
    CHECK_FALSE(is_plain_argument(text));
}
