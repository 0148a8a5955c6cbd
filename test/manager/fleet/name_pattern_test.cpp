// Patterns of names.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/name_pattern.h"

#include <catch2/catch.hpp>

#include <string>

using manager::fits_pattern;
using manager::is_name_pattern;

TEST_CASE("a pattern fits all of a name") {
  CHECK(fits_pattern("counting", "counting"));
  CHECK_FALSE(fits_pattern("counting", "count"));
  CHECK_FALSE(fits_pattern("count", "counting"));
  CHECK(fits_pattern("counting", "*"));
  CHECK(fits_pattern("", "*"));
  CHECK(fits_pattern("counting", "c*g"));
  CHECK(fits_pattern("counting", "*ou*in*"));
  CHECK_FALSE(fits_pattern("counting", "c*x"));
  CHECK(fits_pattern("a1", "a?"));
  CHECK_FALSE(fits_pattern("a", "a?"));
  CHECK(fits_pattern("root.prod.a", "root.prod.*"));
  CHECK_FALSE(fits_pattern("Counting", "counting"));
}

TEST_CASE("no pattern takes long") {
  const std::string name(20'000, 'a');
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a";
  CHECK_FALSE(fits_pattern(name, pattern + "b"));
  CHECK(fits_pattern(name, pattern));
}

TEST_CASE("a pattern is of visible characters, and not too long") {
  CHECK(is_name_pattern("root.*/x-1_?"));
  CHECK_FALSE(is_name_pattern(""));
  CHECK_FALSE(is_name_pattern("a b"));
  CHECK_FALSE(is_name_pattern("a\n"));
  CHECK_FALSE(is_name_pattern(std::string(201, 'a')));
}

TEST_CASE("a queue fits by its path and by its last part, where that is sure") {
  using manager::fits_queue_pattern;
  CHECK(fits_queue_pattern("root.a.b", "root.a.b"));
  CHECK(fits_queue_pattern("b", "root.a.b"));
  CHECK(fits_queue_pattern("root.a.b", "b"));
  CHECK(fits_queue_pattern("root.a.b", "?"));
  CHECK(fits_queue_pattern("root.a.b", "root.*"));
  CHECK_FALSE(fits_queue_pattern("b", "root.a.*"));
  CHECK_FALSE(fits_queue_pattern("b", "*.b"));
  CHECK_FALSE(fits_queue_pattern("root.x.b", "root.a.b"));
  CHECK_FALSE(fits_queue_pattern("a", "root.a.b"));
}
