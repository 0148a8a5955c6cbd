// The host's function for log lines, behind its struct_size.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/host.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace dm;

namespace {

struct line {
  int32_t level;
  std::string text;
};

void record(void* user, int32_t level, dm_string message) {
  CHECK(message.data[message.size] == '\0');
  static_cast<std::vector<line>*>(user)->push_back({level, {message.data, message.size}});
}

dm_host host_with(std::vector<line>& lines, int32_t level) {
  dm_host given{};
  given.struct_size = sizeof given;
  given.user = &lines;
  given.log_level = level;
  given.log = record;
  return given;
}

}  // namespace

TEST_CASE("A host gets lines from its level on") {
  std::vector<line> lines;
  const boundary::host host(host_with(lines, DM_LOG_WARNING));
  CHECK(host.threshold() == io::log_level::warning);
  host.log(io::log_level::info, "not asked for");
  host.log(io::log_level::error, "asked for");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].level == DM_LOG_ERROR);
  CHECK(lines[0].text == "asked for");
}

TEST_CASE("A level that is none is the nearest one") {
  std::vector<line> lines;
  CHECK(boundary::host(host_with(lines, -7)).threshold() == io::log_level::trace);
  CHECK(boundary::host(host_with(lines, 99)).threshold() == io::log_level::off);
}

TEST_CASE("A host without a function is silent") {
  dm_host given{};
  given.struct_size = sizeof given;
  const boundary::host host(given);
  CHECK(host.threshold() == io::log_level::off);
  host.log(io::log_level::error, "nobody hears it");
}

TEST_CASE("DM-3: members beyond struct_size are absent") {
  std::vector<line> lines;
  dm_host given = host_with(lines, DM_LOG_TRACE);
  given.struct_size = offsetof(dm_host, log);
  CHECK(boundary::host(given).threshold() == io::log_level::off);
  given.struct_size = sizeof given.struct_size;
  CHECK(boundary::host(given).threshold() == io::log_level::off);
}

TEST_CASE("DM-9: a line is one line of UTF-8, whatever was in it") {
  CHECK(boundary::single_line("a\nb\r\tc\x1b[2J\x7f") == "a b  c\\x1b[2J\\x7f");
  CHECK(boundary::single_line(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(boundary::single_line("gr\xC3\xBC\xC3\x9F \xFF") == "gr\xC3\xBC\xC3\x9F \\xff");
}

TEST_CASE("DM-15: borrowed text") {
  CHECK(boundary::borrow({nullptr, 0}) == std::string_view(""));
  CHECK_FALSE(boundary::borrow({nullptr, 1}).has_value());
  CHECK(boundary::borrow({"abc", 2}) == std::string_view("ab"));
}
