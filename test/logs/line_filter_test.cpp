// Which lines are wanted.
#include "logs/line_filter.h"

#include <catch2/catch.hpp>

#include <ctime>

using namespace dm::logs;
using dm::status_code;
namespace io = dm::io;

namespace {

std::string told(std::string_view line) {
  const auto time = time_of_line(line);
  return time ? io::to_rfc3339(*time) : "none";
}

}  // namespace

TEST_CASE("lines begin with times of several forms") {
  CHECK(told("2026-11-23T12:00:00.123Z INFO") == "2026-11-23T12:00:00.123Z");
  CHECK(told("2026-11-23 12:00:00,123Z x") == "2026-11-23T12:00:00.123Z");
  CHECK(told("2026-11-23T12:00:00Z") == "2026-11-23T12:00:00.000Z");
  CHECK(told("2026-11-23T12:00:00.123456+02:00 x") == "2026-11-23T10:00:00.123Z");
  CHECK(told("2026-11-23T12:00:00-0130 x") == "2026-11-23T13:30:00.000Z");
  for (const char* other :
       {"", "\tat a.b.C", "2026-11-23", "2026-13-23 12:00:00", "2026-11-2312:00:00", "Caused by: x",
        "20261123 120000 and more text", "2026-11-23 25:00:00"})
    CHECK(told(other) == "none");
  // Without a zone it is this node's time.
  std::tm local{};
  local.tm_year = 126;
  local.tm_mon = 10;
  local.tm_mday = 23;
  local.tm_hour = 12;
  local.tm_isdst = -1;
  CHECK(time_of_line("2026-11-23 12:00:00,000 INFO")->time_since_epoch().count() ==
        std::mktime(&local) * 1000);
}

TEST_CASE("a text is looked for as it is, an expression between slashes") {
  const auto plain = line_filter::make({}, "a.c");
  REQUIRE(plain);
  CHECK(plain->matches("x a.c y"));
  CHECK_FALSE(plain->matches("abc"));
  const auto expression = line_filter::make({}, "/^a.c$/");
  REQUIRE(expression);
  CHECK(expression->matches("abc"));
  CHECK_FALSE(expression->matches("xabc"));
  CHECK(line_filter::make({}, "//")->matches("a // b"));
  CHECK(line_filter().keeps_all());
  CHECK_FALSE(plain->keeps_all());
}

TEST_CASE("an expression that cannot be is refused, and none takes long") {
  const auto broken = line_filter::make({}, "/(/");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == status_code::invalid_argument);
  CHECK(broken.error().details.front().path == "$.grep");
  CHECK(line_filter::make({}, std::string(501, 'a')).error().code == status_code::invalid_argument);
  CHECK_FALSE(line_filter::make({}, "/((a{0,100}){0,100}){0,100}/"));
  // It would be looked for in a MiB for half a minute.
  const auto slow = line_filter::make({}, "/(a|b)*a(a|b){900}c/");
  REQUIRE_FALSE(slow);
  CHECK(slow.error().details.front().allowed.find("repetitions") != std::string::npos);
  CHECK(line_filter::make({}, "/\\pL+: refused/"));
  CHECK(line_filter::make({}, "/(?i)(error|warn).*[^ ]{1,100} (timed out|refused)/"));
  const auto evil = line_filter::make({}, "/(a+)+$/");
  REQUIRE(evil);
  CHECK_FALSE(evil->matches(std::string(100'000, 'a') + "b"));
}
