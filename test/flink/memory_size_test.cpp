// Memory sizes as Flink reads them.
// SPDX-License-Identifier: Apache-2.0
#include "flink/memory_size.h"

#include <catch2/catch.hpp>

using dm::flink::parse_memory_size;

TEST_CASE("a size without a unit is in bytes") {
  CHECK(parse_memory_size("0") == 0);
  CHECK(parse_memory_size("1024") == 1024);
  CHECK(parse_memory_size("9223372036854775807") == INT64_MAX);
}

TEST_CASE("each unit has its short and its long name, in any case, with and without blanks") {
  CHECK(parse_memory_size("7b") == 7);
  CHECK(parse_memory_size("7 bytes") == 7);
  CHECK(parse_memory_size("3k") == 3 * 1024);
  CHECK(parse_memory_size("3KB") == 3 * 1024);
  CHECK(parse_memory_size("3 kibibytes") == 3 * 1024);
  CHECK(parse_memory_size("1600m") == 1'677'721'600);
  CHECK(parse_memory_size(" 1600 Mb ") == 1'677'721'600);
  CHECK(parse_memory_size("1600MebiBytes") == 1'677'721'600);
  CHECK(parse_memory_size("2g") == std::int64_t{2} << 30);
  CHECK(parse_memory_size("2 GB") == std::int64_t{2} << 30);
  CHECK(parse_memory_size("2gibibytes") == std::int64_t{2} << 30);
  CHECK(parse_memory_size("1t") == std::int64_t{1} << 40);
  CHECK(parse_memory_size("1TB") == std::int64_t{1} << 40);
  CHECK(parse_memory_size("1 tebibytes") == std::int64_t{1} << 40);
}

TEST_CASE("what is no size, or more than fits, is none") {
  for (const char* text : {"", " ", "m", "many", "-1m", "+1m", "1.5g", "1 x", "1mm", "1m b", "0x10",
                           "1,5g", "9223372036854775808", "8388608t", "99999999999999999999g"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_memory_size(text));
  }
  CHECK(parse_memory_size("8388607t") == std::int64_t{8388607} << 40);
}
