// Versions, by text and by an installation's files.
// SPDX-License-Identifier: Apache-2.0
#include "flink/installation.h"

#include "io/temporary_directory.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace dm::flink;
using dm::status_code;

namespace {

struct home {
  dm::test::temporary_directory directory;
  void add(const std::string& file) const {
    const std::filesystem::path path = directory / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path};
  }
};

}  // namespace

TEST_CASE("versions are read") {
  const auto v = parse_version("1.20.5").value();
  CHECK(v.major == 1);
  CHECK(v.minor == 20);
  CHECK(v.patch == 5);
  CHECK(v.text == "1.20.5");
  CHECK(parse_version("1.15.1-csa1.8.0.0").value().minor == 15);
  CHECK(parse_version("1.20.5-vendor3").value().text == "1.20.5-vendor3");
  CHECK(parse_version("1.13.2.7.1.9.0-387").value().patch == 2);
  CHECK(parse_version("2.1-SNAPSHOT").value().minor == 1);
  CHECK(parse_version("1.9.3").value() < parse_version("1.13.0").value());
  CHECK(parse_version("2.0.0").value() > parse_version("1.20.5").value());
  CHECK(parse_version("1.20.5").value() == parse_version("1.20.5-vendor3").value());
}

TEST_CASE("what is no version is refused") {
  const std::string text = GENERATE(as<std::string>(), "", "1", "1.20", "1.x.2", "v1.20.5",
                                    "1.20.5 ", " 1.20.5", "1.20.5/..", "1.20.5\n", "1..5", "-1.2.3",
                                    "1.20.99999999999999999999", "1.20.5-a b", "1.20.5;x");
  CAPTURE(text);
  const auto read = parse_version(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::invalid_argument);
  CHECK(read.error().hint.find("1.20.5") != std::string::npos);
}

TEST_CASE("an installation's version is in its jar's name") {
  home h;
  const auto [file, text] = GENERATE(table<std::string, std::string>({
      {"lib/flink-dist-1.20.5.jar", "1.20.5"},
      {"lib/flink-dist_2.11-1.13.6.jar", "1.13.6"},
      {"lib/flink-dist_2.12-1.14.6.jar", "1.14.6"},
      {"lib/flink-dist-1.15.1-csa1.8.0.0.jar", "1.15.1-csa1.8.0.0"},
  }));
  h.add(file);
  h.add("lib/flink-table-runtime-1.99.0.jar");
  h.add("lib/flink-dist-1.20.5.jar.bak");
  h.add("lib/flink-distribution.txt");
  const auto version = installed_version(h.directory.path());
  REQUIRE(version);
  CHECK(version->text == text);
}

TEST_CASE("no installation, and two in one, are told") {
  home h;
  const auto absent = installed_version(h.directory / "nosuch");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == status_code::not_found);
  CHECK(absent.error().hint.find("flink_home") != std::string::npos);
  h.add("lib/other.jar");
  CHECK(installed_version(h.directory.path()).error().code == status_code::not_found);
  h.add("lib/flink-dist-1.20.5.jar");
  h.add("lib/flink-dist-1.19.3.jar");
  const auto two = installed_version(h.directory.path());
  REQUIRE_FALSE(two);
  CHECK(two.error().code == status_code::failed_precondition);
  CHECK(two.error().message.find("flink-dist-1.19.3.jar and flink-dist-1.20.5.jar") !=
        std::string::npos);
}

TEST_CASE("a wanted version is a prefix by parts") {
  const version v = parse_version("1.20.5-vendor3").value();
  for (const char* prefix : {"1", "1.20", "1.20.5", "1.20.5-vendor3"})
    CHECK(version_has_prefix(v, prefix));
  for (const char* prefix : {"", "1.2", "1.4", "1.20.", "1.20.50", "2", "20", "1.20.5-vend"}) {
    CAPTURE(prefix);
    CHECK_FALSE(version_has_prefix(v, prefix));
  }
}

TEST_CASE("PyFlink's jar is in opt, or in lib") {
  home h;
  h.add("lib/flink-dist-1.20.5.jar");
  const auto none = python_jar(h.directory.path());
  REQUIRE_FALSE(none);
  CHECK(none.error().code == status_code::not_found);
  h.add("lib/flink-python_2.12-1.14.6.jar");
  CHECK(python_jar(h.directory.path()).value() == h.directory / "lib/flink-python_2.12-1.14.6.jar");
  h.add("opt/flink-python-1.20.5.jar");
  CHECK(python_jar(h.directory.path()).value() == h.directory / "opt/flink-python-1.20.5.jar");
}
