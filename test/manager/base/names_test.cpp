// Names from outside.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace manager;

TEST_CASE("names are exact, short and path-safe") {
  for (const char* good : {"a", "app-1", "_x", "A_b-9", "0"}) CHECK(is_name(good));
  for (const std::string& bad : std::vector<std::string>{
           std::string(""), std::string("a\n"), std::string("a b"), std::string("-a"),
           std::string(".."), std::string("a.b"), std::string("a/b"), std::string("a\0b", 3),
           std::string("\xc3\xa4"), std::string(101, 'a')}) {
    CHECK_FALSE(is_name(bad));
  }
  CHECK(is_name(std::string(100, 'a')));
}

TEST_CASE("a package's name is cut at the last hyphen") {
  const auto name = parse_package_name("spark-batch-app-1.0.12");
  REQUIRE(name);
  CHECK(name->name == "spark-batch-app");
  CHECK(name->version == "1.0.12");
  CHECK(name->file() == "spark-batch-app-1.0.12.tar.gz");
  for (const char* good : {"a-1.2.3", "a-1.2.3.4", "a-1.2.x", "a.b-1.0.0", "a-1.0.0+git~1"}) {
    INFO(good);
    CHECK(parse_package_name(good));
  }
  for (const char* bad : {"a", "a-1.2", "a-1.0.0-SNAPSHOT", "-1.2.3", "a-1..3", "a-1.2.",
                          "../a-1.2.3", "a-1.2.3\n", "a-1.2./", ".-1.2.3"}) {
    INFO(bad);
    CHECK_FALSE(parse_package_name(bad));
  }
  CHECK_FALSE(parse_package_file("a-1.2.3.zip"));
  CHECK_FALSE(parse_package_file("a-1.2.3"));
}

TEST_CASE("versions are ordered by number where they are numbers") {
  CHECK(version_before("1.9.0", "1.10.0"));
  CHECK_FALSE(version_before("1.10.0", "1.9.0"));
  CHECK(version_before("1.0.0", "1.0.0.1"));
  CHECK(version_before("1.0.1a", "1.0.1b"));
  CHECK_FALSE(version_before("1.01.0", "1.1.0"));
  CHECK_FALSE(version_before("1.1.0", "1.01.0"));
}

TEST_CASE("what is printed is short and on one line") {
  CHECK(printable("a\nb\x7f\x1b[0m") == "a\\x0ab\\x7f\\x1b[0m");
  CHECK(printable(std::string(300, 'x')).size() == 203);
}

TEST_CASE("ids of savepoint operations") {
  CHECK(is_operation_id("nightly-2024"));
  CHECK(is_operation_id(std::string(64, '_')));
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a.b"),
                                 std::string("a/b"), std::string(65, 'a')}) {
    CHECK_FALSE(is_operation_id(bad));
  }
}

TEST_CASE("what is shown is valid UTF-8, cut between characters") {
  std::string many;
  for (int i = 0; i < 151; ++i) many += "\u00e9";
  const std::string shown = manager::printable(many);
  CHECK(manager::is_utf8(shown));
  CHECK(shown.size() == 203);
  CHECK(manager::printable("a\xff\x01z") == "a\\xff\\x01z");
  CHECK(manager::printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(manager::valid_utf8("caf\xe9\n") == "caf\\xe9\n");
  CHECK(manager::printable("a\u009bb\u202ec\u2066d\u20ac") == "a\\x9bb\\u202ec\\u2066d\u20ac");
}

TEST_CASE("names of properties are text on one line") {
  CHECK(manager::is_property_name("kafka.topic-1"));
  CHECK_FALSE(manager::is_property_name(""));
  CHECK_FALSE(manager::is_property_name(std::string_view("fa\0ke", 5)));
  CHECK_FALSE(manager::is_property_name("a\nb"));
  CHECK_FALSE(manager::is_property_name("\xff"));
  CHECK_FALSE(manager::is_property_name(std::string(201, 'a')));
}
