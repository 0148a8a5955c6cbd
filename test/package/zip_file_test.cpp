// Zips by their directory: both kinds of entry, 64-bit ones, damage.
#include "package/zip_file.h"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "io/file.h"
#include "support/node.h"

using namespace dm::package;
using dm::test::make_zip;
using dm::test::read_text;
using dm::test::temporary_directory;
using dm::test::write_text;

namespace {

constexpr std::size_t limit = std::size_t{1} << 20;

dm::io::unique_fd open_file(const std::string& path) {
  dm::io::unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(file);
  return file;
}

}  // namespace

TEST_CASE("an entry's content is read back, up to a limit") {
  const temporary_directory folder;
  const std::string large(200'000, 'x');
  const auto file =
      open_file(make_zip(folder / "a.zip", {{"a", "text"}, {"b/c", large}, {"e", ""}}));
  const dm::io::operation op;
  const auto zip = zip_file::open(op, file.get(), "a.zip");
  REQUIRE(zip);
  CHECK(zip->entries().size() == 3);
  CHECK(zip->read(op, *zip->find("a"), limit).value() == "text");
  CHECK(zip->read(op, *zip->find("b/c"), limit).value() == large);
  CHECK(zip->read(op, *zip->find("e"), limit).value().empty());
  CHECK(zip->find("b") == nullptr);
  const auto too_large = zip->read(op, *zip->find("b/c"), 1000);
  REQUIRE_FALSE(too_large);
  CHECK(too_large.error().code == dm::status_code::failed_precondition);
}

TEST_CASE("a zip of more entries than its old record can count is read whole") {
  const temporary_directory folder;
  dm::test::zip_entries entries;
  for (int i = 0; i < 70'000; ++i) entries.emplace_back(std::to_string(i), "x");
  const auto file = open_file(make_zip(folder / "a.zip", entries));
  const dm::io::operation op;
  const auto zip = zip_file::open(op, file.get(), "a.zip");
  REQUIRE(zip);
  CHECK(zip->entries().size() == 70'000);
  CHECK(zip->read(op, *zip->find("69999"), limit).value() == "x");
}

TEST_CASE("a damaged zip ends in an error, whichever byte is wrong") {
  const temporary_directory folder;
  const std::string bytes = read_text(make_zip(folder / "a.zip", dm::test::job_jar()));
  const dm::io::operation op;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char wrong : {'\0', '\xFF'}) {
      std::string damaged = bytes;
      damaged[at] = wrong;
      write_text(folder / "b.zip", damaged);
      const auto file = open_file(folder / "b.zip");
      const auto zip = zip_file::open(op, file.get(), "b.zip");
      if (!zip) {
        CHECK(zip.error().code == dm::status_code::failed_precondition);
        continue;
      }
      for (const zip_entry& entry : zip->entries()) {
        const auto content = zip->read(op, entry, limit);
        if (!content) CHECK(content.error().code == dm::status_code::failed_precondition);
      }
    }
  }
}

TEST_CASE("reading a zip ends with its operation") {
  const temporary_directory folder;
  const auto file = open_file(make_zip(folder / "a.zip", dm::test::job_jar()));
  const auto zip =
      zip_file::open(dm::io::operation::within(dm::io::milliseconds{0}), file.get(), "a.zip");
  REQUIRE_FALSE(zip);
  CHECK(zip.error().code == dm::status_code::deadline_exceeded);
}
