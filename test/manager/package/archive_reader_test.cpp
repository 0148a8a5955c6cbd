// Walking over an archive.
// SPDX-License-Identifier: Apache-2.0
#include "package/archive_reader.h"

#include "base/failure.h"
#include "support/package_builder.h"
#include "support/temporary_directory.h"

#include <archive.h>
#include <archive_entry.h>
#include <catch2/catch.hpp>

using namespace manager;
using manager_test::compression;
using manager_test::read_file;
using manager_test::temporary_directory;
using manager_test::write_file;

namespace {

// Names of its members; throws what the reader throws.
std::string names_in(const std::filesystem::path& file) {
  cancellation cancel;
  archive_reader reader(file, {}, cancel);
  std::string names;
  for (archive_member member; reader.next(member);) {
    names += member.path() + " ";
    if (!member.directory) reader.read([](std::string_view) {});
  }
  return names;
}

void compress(const std::filesystem::path& file, const std::string& bytes) {
  archive* to = archive_write_new();
  archive_write_add_filter_gzip(to);
  archive_write_set_format_raw(to);
  REQUIRE(archive_write_open_filename(to, file.c_str()) == ARCHIVE_OK);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  REQUIRE(archive_write_header(to, entry) == ARCHIVE_OK);
  archive_write_data(to, bytes.data(), bytes.size());
  archive_entry_free(entry);
  archive_write_free(to);
}

}  // namespace

TEST_CASE("members with their content, and an end") {
  const manager_test::temporary_directory directory;
  manager_test::package_builder(directory / "a").directory("x/").file("./x//y", "content").close();
  cancellation cancel;
  archive_reader reader(directory / "a", {}, cancel);
  archive_member member;
  REQUIRE(reader.next(member));
  CHECK(member.directory);
  CHECK(member.path() == "x");
  REQUIRE(reader.next(member));
  CHECK(member.path() == "x/y");
  std::string text;
  reader.read([&](std::string_view piece) { text += piece; });
  CHECK(text == "content");
  CHECK_FALSE(reader.next(member));
}

TEST_CASE("it can be cancelled between entries") {
  const manager_test::temporary_directory directory;
  manager_test::package_builder(directory / "a").file("x", "1").file("y", "2").close();
  cancellation cancel;
  archive_reader reader(directory / "a", {}, cancel);
  archive_member member;
  REQUIRE(reader.next(member));
  cancel.request();
  CHECK_THROWS_AS(reader.next(member), failure);
}

TEST_CASE("every compression that is promised, once") {
  const temporary_directory directory;
  for (const auto how : {compression::none, compression::gzip, compression::bzip2, compression::xz,
                         compression::zstd}) {
    CAPTURE(static_cast<int>(how));
    manager_test::package_builder(directory / "a", how).file("x/y", "content").close();
    CHECK(names_in(directory / "a") == "x/y ");
    compress(directory / "b", read_file(directory / "a"));
    if (how == compression::none) {
      CHECK(names_in(directory / "b") == "x/y ");
    } else if (how != compression::xz) {
      CHECK_THROWS_WITH(names_in(directory / "b"), Catch::Matchers::Contains("more than once"));
    } else {
      CHECK_THROWS_AS(names_in(directory / "b"), failure);  // what is inside is no tar
    }
  }
}

TEST_CASE("an xz file that is cut off, or is none, is refused") {
  const temporary_directory directory;
  manager_test::package_builder(directory / "a", compression::xz).file("x/y", "content").close();
  const std::string whole = read_file(directory / "a");
  write_file(directory / "cut", whole.substr(0, whole.size() / 2));
  CHECK_THROWS_WITH(names_in(directory / "cut"), Catch::Matchers::Contains("ends too early"));
  write_file(directory / "none", whole.substr(0, 6) + std::string(100, 'x'));
  CHECK_THROWS_WITH(names_in(directory / "none"), Catch::Matchers::Contains("damaged"));
}
