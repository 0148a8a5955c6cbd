// Jars: classes, manifests, and files that are no jars.
#include "package/jar_file.h"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::test::make_zip;
using dm::test::read_text;
using dm::test::temporary_directory;
using dm::test::write_text;
using dm::test::zip_entries;

namespace {

dm::result<jar_contents> read(const std::string& path, const std::string& wanted = {}) {
  const dm::io::unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(file);
  return read_jar(dm::io::operation(), file.get(), "app.jar", wanted);
}

}  // namespace

TEST_CASE("a jar tells its main class and whether it has it") {
  const temporary_directory folder;
  const std::string jar = make_zip(folder / "app.jar", dm::test::job_jar());
  auto contents = read(jar);
  if (!contents) FAIL(contents.error().text());
  CHECK(contents->main_class == "example.Job");
  CHECK(contents->has_class);
  CHECK_FALSE(contents->has_nested_jars);
  CHECK_FALSE(read(jar, "example.Other")->has_class);
  CHECK(read(jar, "example.Job")->has_class);
}

TEST_CASE("Flink's program-class goes before Main-Class, and nested jars are seen") {
  const temporary_directory folder;
  const std::string jar = make_zip(
      folder / "app.jar", {{"META-INF/MANIFEST.MF", "Main-Class: a.B\nprogram-class: c.D\n"},
                           {"lib/x.jar", "PK"},
                           {"c/D.class", "x"}});
  const auto contents = read(jar);
  REQUIRE(contents);
  CHECK(contents->main_class == "c.D");
  CHECK(contents->has_class);
  CHECK(contents->has_nested_jars);
}

TEST_CASE("names beyond ASCII do not hide a class, whatever the process's locale is") {
  const temporary_directory folder;
  const std::string jar = make_zip(folder / "app.jar", {{"ä/ö.txt", "x"}, {"a/B.class", "x"}});
  const auto contents = read(jar, "a.B");
  REQUIRE(contents);
  CHECK(contents->has_class);
}

TEST_CASE("what is no zip is refused, and so is half of one") {
  const temporary_directory folder;
  const std::string jar = make_zip(folder / "app.jar", dm::test::job_jar());
  const std::string bytes = read_text(jar);
  write_text(folder / "half", bytes.substr(0, bytes.size() / 2));
  write_text(folder / "empty", "");
  write_text(folder / "text", "this is no jar\n");
  write_text(folder / "magic", "PK\x03\x04");
  write_text(folder / "noise", std::string(100'000, '\x50'));
  for (const char* name : {"half", "empty", "text", "magic", "noise"}) {
    INFO(name);
    const auto contents = read(folder / name);
    REQUIRE_FALSE(contents);
    CHECK(contents.error().code == dm::status_code::failed_precondition);
    CHECK(contents.error().message.find("app.jar") != std::string::npos);
  }
}

TEST_CASE("an oversized manifest is refused") {
  const temporary_directory folder;
  const std::string jar = make_zip(
      folder / "app.jar", {{"META-INF/MANIFEST.MF", std::string(std::size_t{2} << 20, 'x')}});
  CHECK_FALSE(read(jar));
}

TEST_CASE("manifests are read with their continuation lines, in the main section only") {
  CHECK(manifest_attribute("Main-Class: a.B\r\n", "Main-Class") == "a.B");
  CHECK(manifest_attribute("main-class:a.B", "Main-Class") == "a.B");
  CHECK(manifest_attribute("Main-Class: com.example.very\r\n .long.Name\r\nX: y\r\n",
                           "Main-Class") == "com.example.very.long.Name");
  CHECK(manifest_attribute("Main-Class: a\n b\n c\n", "Main-Class") == "abc");
  CHECK(manifest_attribute("X: y\r\n\r\nName: s\r\nMain-Class: a.B\r\n", "Main-Class").empty());
  CHECK(manifest_attribute(" Main-Class: a.B\n", "Main-Class").empty());
  CHECK(manifest_attribute("Main-Class\n", "Main-Class").empty());
  CHECK(manifest_attribute("Main-Class:   \n", "Main-Class").empty());
  CHECK(manifest_attribute("", "Main-Class").empty());
}
