// Jars: classes, manifests, and files that are no jars.
#include "package/jar_file.h"

#include <fcntl.h>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <tuple>

#include "io/file.h"
#include "support/class_bytes.h"
#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::test::class_bytes;
using dm::test::make_zip;
using dm::test::read_text;
using dm::test::temporary_directory;
using dm::test::write_text;
using dm::test::zip_entries;

namespace {

dm::result<jar_contents> read(const std::string& path, const std::string& wanted = {},
                              int java = 0) {
  const dm::io::unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(file);
  return read_jar(dm::io::operation(), file.get(), "app.jar", wanted, java);
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
                           {"c/D.class", class_bytes()}});
  const auto contents = read(jar);
  REQUIRE(contents);
  CHECK(contents->main_class == "c.D");
  CHECK(contents->has_class);
  CHECK(contents->has_nested_jars);
}

TEST_CASE("names beyond ASCII do not hide a class, whatever the process's locale is") {
  const temporary_directory folder;
  const std::string jar =
      make_zip(folder / "app.jar", {{"ä/ö.txt", "x"}, {"a/B.class", class_bytes()}});
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
  CHECK(manifest_attribute("main-class: a.B ", "Main-Class") == "a.B ");
  CHECK(manifest_attribute("Main-Class: com.example.very\r\n .long.Name\r\nX: y\r\n",
                           "Main-Class") == "com.example.very.long.Name");
  CHECK(manifest_attribute("Main-Class: a\n b\n c\n", "Main-Class") == "abc");
  CHECK(manifest_attribute("X: y\r\n\r\nName: s\r\nMain-Class: a.B\r\n", "Main-Class").empty());
  CHECK(manifest_attribute(" Main-Class: a.B\n", "Main-Class").empty());
  CHECK(manifest_attribute("Main-Class\n", "Main-Class").empty());
  CHECK(manifest_attribute("Main-Class:   \n", "Main-Class") == "  ");
  CHECK(manifest_attribute("", "Main-Class").empty());
}

TEST_CASE(
    "a manifest is found in any case, as java.util.jar finds it; of two the last one counts") {
  const temporary_directory folder;
  const auto lower =
      read(make_zip(folder / "lower.jar",
                    {{"meta-inf/manifest.mf", "Main-Class: a.B\n"}, {"a/B.class", class_bytes()}}));
  REQUIRE(lower);
  CHECK(lower->main_class == "a.B");
  CHECK(lower->has_class);
  const auto two =
      read(make_zip(folder / "two.jar", {{"META-INF/MANIFEST.MF", "Main-Class: a.B\n"},
                                         {"a/B.class", class_bytes()},
                                         {"META-INF/MANIFEST.MF", "Main-Class: c.D\n"}}));
  REQUIRE(two);
  CHECK(two->main_class == "c.D");
}

TEST_CASE(
    "a class name with slashes or blanks in the manifest is kept as it is, and finds no class") {
  const temporary_directory folder;
  for (const char* name : {"a/B", "a.B "}) {
    INFO(name);
    const auto contents = read(make_zip(
        folder / "app.jar", {{"META-INF/MANIFEST.MF", fmt::format("Main-Class: {}\n", name)},
                             {"a/B.class", class_bytes()}}));
    REQUIRE(contents);
    CHECK(contents->main_class == name);
    CHECK_FALSE(contents->has_class);
  }
}

TEST_CASE("the classes of a multi-release jar are those of the Java that runs it") {
  const temporary_directory folder;
  const zip_entries entries = {{"META-INF/MANIFEST.MF", "Multi-Release: true\n"},
                               {"META-INF/versions/11/a/B.class", class_bytes({.major = 55})},
                               {"META-INF/versions/21/a/B.class", class_bytes({.major = 65})},
                               {"META-INF/versions/8/c/D.class", class_bytes()}};
  const std::string jar = make_zip(folder / "app.jar", entries);
  CHECK(read(jar, "a.B", 17)->java_release == 11);
  CHECK(read(jar, "a.B", 21)->java_release == 21);
  CHECK(read(jar, "a.B")->has_class);
  CHECK_FALSE(read(jar, "a.B", 8)->has_class);
  CHECK_FALSE(read(jar, "c.D", 17)->has_class);  // Java looks at 9 and above
  zip_entries plain = entries;
  plain.front().second = "X: y\n";
  CHECK_FALSE(read(make_zip(folder / "plain.jar", plain), "a.B", 17)->has_class);
}

TEST_CASE("a jar that Java does not open is refused: an encrypted entry, another compression") {
  const temporary_directory folder;
  const std::string bytes = read_text(make_zip(folder / "app.jar", dm::test::job_jar()));
  const std::size_t entry = bytes.find("PK\x01\x02");
  REQUIRE(entry != std::string::npos);
  for (const auto& [offset, value, word] :
       {std::tuple(10, '\x0e', "method 14"), std::tuple(10, '\x5d', "method 93"),
        std::tuple(8, '\x01', "encrypted")}) {
    std::string odd = bytes;
    odd[entry + static_cast<std::size_t>(offset)] = value;
    write_text(folder / "odd.jar", odd);
    const auto contents = read(folder / "odd.jar");
    REQUIRE_FALSE(contents);
    CHECK(contents.error().code == dm::status_code::failed_precondition);
    INFO(contents.error().message);
    CHECK(contents.error().message.find(word) != std::string::npos);
  }
}

TEST_CASE("what stands before or behind the zip does not matter") {
  const temporary_directory folder;
  const std::string bytes = read_text(make_zip(folder / "app.jar", dm::test::job_jar()));
  write_text(folder / "stub.jar", "#!/bin/sh\nexec java -jar $0\n" + bytes);
  write_text(folder / "padded.jar", bytes + "\n\n");
  for (const char* name : {"stub.jar", "padded.jar"}) {
    INFO(name);
    const auto contents = read(folder / name);
    REQUIRE(contents);
    CHECK(contents->has_class);
    CHECK(contents->class_problem.empty());
  }
}

TEST_CASE("a class that Flink cannot start is told apart from one it can") {
  const temporary_directory folder;
  const auto problem = [&](const dm::test::class_shape& shape, const zip_entries& more = {}) {
    zip_entries entries = {{"a/B.class", class_bytes(shape)}};
    entries.insert(entries.end(), more.begin(), more.end());
    const auto contents = read(make_zip(folder / "app.jar", entries), "a.B");
    REQUIRE(contents);
    REQUIRE(contents->has_class);
    return contents->class_problem;
  };
  CHECK(problem({}).empty());
  CHECK(problem({.flags = 0x0601}).empty());  // an interface
  CHECK(problem({.main_descriptor = "([Ljava/lang/String;)I"}).empty());
  CHECK(problem({.main_flags = 0}).find("inherits none") != std::string::npos);
  CHECK(problem({.main_flags = 0x000A}).find("no public static main") != std::string::npos);
  CHECK(problem({.main_flags = 0x0001}).find("not static") != std::string::npos);
  CHECK(problem({.flags = 0x0020}).find("not public") != std::string::npos);
  CHECK(problem({.main_descriptor = "()V"}).find("inherits none") != std::string::npos);
  // Inherited: from a class of the jar it can be seen, from another one it cannot be told.
  CHECK(problem({.superclass = "a/Base", .main_flags = 0}).empty());
  CHECK(problem({.superclass = "a/Base", .main_flags = 0}, {{"a/Base.class", class_bytes()}})
            .empty());
  CHECK(problem({.superclass = "a/Base", .main_flags = 0},
                {{"a/Base.class", class_bytes({.main_flags = 0})}})
            .find("inherits none") != std::string::npos);
  CHECK(problem({.superclass = "a/B", .main_flags = 0}).empty());  // its own superclass: bounded
}

TEST_CASE("a class file that is none, or is cut off, is named") {
  const temporary_directory folder;
  const std::string whole = class_bytes();
  for (std::size_t size = 0; size < whole.size() - 2; ++size) {
    const auto contents =
        read(make_zip(folder / "app.jar", {{"a/B.class", whole.substr(0, size)}}), "a.B");
    REQUIRE(contents);
    INFO(size);
    CHECK_FALSE(contents->class_problem.empty());
  }
}
