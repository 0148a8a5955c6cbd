// Package archives, good and hostile (E57).
// SPDX-License-Identifier: Apache-2.0
#include "package/package_archive.h"

#include "base/digest.h"
#include "base/failure.h"
#include "support/package_builder.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::package_builder;
using manager_test::read_file;
using manager_test::temporary_directory;

namespace {

constexpr const char* package = "app-1.0.0";

std::vector<packaged_component> read(const temporary_directory& directory,
                                     const archive_limits& limits = {}) {
  cancellation cancel;
  return read_package(directory / "p.tar.gz", package, limits, cancel).components;
}

void unpack(const temporary_directory& directory, const archive_limits& limits = {}) {
  cancellation cancel;
  std::filesystem::create_directories(directory / "out");
  unpack_package(directory / "p.tar.gz", package, limits, directory / "out", cancel);
}

// Both passes must refuse, and nothing may appear outside.
void check_refused(const temporary_directory& directory, const std::string& why,
                   const archive_limits& limits = {}) {
  CHECK_THROWS_WITH(read(directory, limits), Catch::Matchers::Contains(why));
  CHECK_THROWS(unpack(directory, limits));
  CHECK_FALSE(std::filesystem::exists(directory / "evil"));
  CHECK_FALSE(std::filesystem::exists("/tmp/evil-of-manager-test"));
}

}  // namespace

TEST_CASE("components in archive order, with files, members and descriptors") {
  const temporary_directory directory;
  package_builder(directory / "p.tar.gz")
      .directory("app-1.0.0")
      .file("app-1.0.0/README", "ignored")
      .file("app-1.0.0/flink/README", "ignored")
      .directory("app-1.0.0/flink/zeta")
      .file("app-1.0.0/flink/zeta/properties.json", R"({"a":1})")
      .executable("app-1.0.0/flink/zeta/bin/run", "#!")
      .file("app-1.0.0/flink/alpha/hdfs.json", "[]")
      .directory("app-1.0.0/flink/empty")
      .close();
  const auto components = read(directory);
  REQUIRE(components.size() == 2);
  CHECK(components[0].name == "zeta");
  CHECK(components[0].files == std::vector<std::string>{"properties.json", "bin/run"});
  CHECK(components[0].properties == R"({"a":1})");
  CHECK(components[1].hdfs == "[]");
  CHECK(components[0].disk_bytes == 2 * 4096);  // two small files
  unpack(directory);
  CHECK(read_file(directory / "out/app-1.0.0/flink/zeta/bin/run") == "#!");
  CHECK((std::filesystem::status(directory / "out/app-1.0.0/flink/zeta/bin/run").permissions() &
         std::filesystem::perms::owner_exec) != std::filesystem::perms::none);
  CHECK_FALSE(std::filesystem::exists(directory / "out/app-1.0.0/README"));
}

TEST_CASE("every file is told with its size, its mode and its digest, in one reading") {
  const temporary_directory directory;
  package_builder(directory / "p.tar.gz")
      .directory("app-1.0.0")
      .file("app-1.0.0/README", "ignored")
      .file("app-1.0.0/flink/main/properties.json", R"({"a":1})")
      .executable("app-1.0.0/flink/main/bin/run", "#!")
      .zeroes("app-1.0.0/flink/main/large", 300'000)
      .close();
  cancellation cancel;
  const auto files = read_package(directory / "p.tar.gz", package, {}, cancel).files;
  CHECK(files == std::vector<package_file>{
                     {"README", 7, 0644, sha256_of("ignored")},
                     {"flink/main/properties.json", 7, 0644, sha256_of(R"({"a":1})")},
                     {"flink/main/bin/run", 2, 0755, sha256_of("#!")},
                     {"flink/main/large", 300'000, 0644, sha256_of(std::string(300'000, '\0'))}});
}

TEST_CASE("leading ./ and missing directory entries are fine") {
  const temporary_directory directory;
  package_builder(directory / "p.tar.gz")
      .directory("./")
      .directory("./app-1.0.0/")
      .file("./app-1.0.0/flink/main/deep/x", "y")
      .close();
  CHECK(read(directory).at(0).files == std::vector<std::string>{"deep/x"});
  unpack(directory);
  CHECK(read_file(directory / "out/app-1.0.0/flink/main/deep/x") == "y");
}

TEST_CASE("hostile entries are refused") {
  const temporary_directory directory;
  package_builder builder(directory / "p.tar.gz");
  builder.file("app-1.0.0/flink/main/x", "y");
  std::string why;
  SECTION("..") {
    builder.file("app-1.0.0/flink/main/../../../../evil", "x");
    why = "\"..\"";
  }
  SECTION("absolute") {
    builder.file("/tmp/evil-of-manager-test", "x");
    why = "absolute";
  }
  SECTION("symbolic link") {
    builder.symbolic_link("app-1.0.0/flink/main/l", "/etc");
    why = "symbolic";
  }
  SECTION("hard link") {
    builder.hard_link("app-1.0.0/flink/main/h", "/etc/passwd");
    why = "hard links";
  }
  SECTION("device") {
    builder.device("app-1.0.0/flink/main/d");
    why = "devices";
  }
  SECTION("newline") {
    builder.file("app-1.0.0/flink/main/a\nb", "x");
    why = "control characters";
  }
  SECTION("second top") {
    builder.file("other-1.0.0/flink/main/x", "x");
    why = "one top-level directory";
  }
  SECTION("link, then through it") {
    builder.symbolic_link("app-1.0.0/flink/main/l", "/tmp")
        .file("app-1.0.0/flink/main/l/evil", "x");
    why = "symbolic";
  }
  builder.close();
  check_refused(directory, why);
}

TEST_CASE("what tar on macOS adds beside the package is left out") {
  const temporary_directory directory;
  package_builder(directory / "p.tar.gz")
      .file("._app-1.0.0", "attributes")
      .file("__MACOSX/app-1.0.0/._flink", "attributes")
      .file("app-1.0.0/flink/._main", "attributes")
      .file("app-1.0.0/flink/main/x", "x")
      .close();
  const auto components = read(directory);
  REQUIRE(components.size() == 1);
  CHECK(components[0].name == "main");
  CHECK(components[0].files == std::vector<std::string>{"x"});
}

TEST_CASE("names of types and components are strict; all wrong ones are named") {
  const temporary_directory directory;
  package_builder(directory / "p.tar.gz")
      .file("app-1.0.0/fl ink/main/x", "")
      .file("app-1.0.0/flink/a.b/x", "")
      .file("app-1.0.0/flink/-c/x", "")
      .close();
  try {
    read(directory);
    FAIL("three names are wrong");
  } catch (const failure& refused) {
    CHECK(refused.problems().size() == 3);
  }
}

TEST_CASE("limits hold for what is really in the archive") {
  const temporary_directory directory;
  archive_limits limits;
  package_builder builder(directory / "p.tar.gz");
  SECTION("size of all") {
    builder.zeroes("app-1.0.0/flink/main/a", 600'000).zeroes("app-1.0.0/flink/main/b", 600'000);
    limits.unpacked_bytes = 1'000'000;
    builder.close();
    check_refused(directory, "limits.unpacked_bytes", limits);
  }
  SECTION("size of one") {
    builder.zeroes("app-1.0.0/flink/main/a", 600'000);
    limits.file_bytes = 500'000;
    builder.close();
    check_refused(directory, "limits.file_bytes", limits);
  }
  SECTION("number of entries") {
    for (int i = 0; i < 20; ++i) builder.file("app-1.0.0/flink/main/f" + std::to_string(i), "");
    limits.entries = 10;
    builder.close();
    check_refused(directory, "limits.entries", limits);
  }
  SECTION("a descriptor") {
    builder.zeroes("app-1.0.0/flink/main/properties.json", 2000);
    limits.descriptor_bytes = 1000;
    builder.close();
    CHECK_THROWS_WITH(read(directory, limits), Catch::Matchers::Contains("1000 bytes"));
  }
}

TEST_CASE("what is no package is refused") {
  const temporary_directory directory;
  SECTION("no archive") {
    manager_test::write_file(directory / "p.tar.gz", "certainly not a tar archive");
    CHECK_THROWS_AS(read(directory), failure);
  }
  SECTION("empty file") {
    manager_test::write_file(directory / "p.tar.gz", "");
    CHECK_THROWS_AS(read(directory), failure);
  }
  SECTION("cut off") {
    package_builder(directory / "p.tar.gz").zeroes("app-1.0.0/flink/main/a", 3'000'000).close();
    const std::string bytes = read_file(directory / "p.tar.gz");
    manager_test::write_file(directory / "p.tar.gz", bytes.substr(0, bytes.size() / 2));
    CHECK_THROWS_AS(read(directory), failure);
  }
  SECTION("no component") {
    package_builder(directory / "p.tar.gz").file("app-1.0.0/README", "x").close();
    CHECK_THROWS_WITH(read(directory), Catch::Matchers::Contains("no component"));
  }
  SECTION("a file twice") {
    package_builder(directory / "p.tar.gz")
        .file("app-1.0.0/flink/main/a", "x")
        .file("./app-1.0.0/flink/main/a", "y")
        .close();
    CHECK_THROWS_WITH(read(directory), Catch::Matchers::Contains("occurs twice"));
  }
  SECTION("descriptors that this host does not carry out") {
    package_builder(directory / "p.tar.gz")
        .file("app-1.0.0/flink/main/hbase.json", "[]")
        .file("app-1.0.0/flink/main/opentsdb.json", "[]")
        .close();
    try {
      read(directory);
      FAIL("both are refused");
    } catch (const failure& refused) {
      CHECK(refused.problems().size() == 2);
      CHECK(std::string(refused.what()).find("UNIMPLEMENTED") != std::string::npos);
    }
  }
}

TEST_CASE("a file that is a directory elsewhere in the archive is refused at deploy") {
  const manager_test::temporary_directory directory;
  package_builder(directory / "a.tar.gz")
      .file("app-1.0.0/fake/main/a", "1")
      .file("app-1.0.0/fake/main/a/b", "2")
      .close();
  manager::cancellation cancel;
  CHECK_THROWS_WITH(manager::read_package(directory / "a.tar.gz", "app-1.0.0", {}, cancel),
                    Catch::Matchers::Contains("also a directory"));
}
