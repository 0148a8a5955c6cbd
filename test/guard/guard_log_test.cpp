// The guard's log: one line an event, bounded, and no link followed.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard_log.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>

#include "surroundings.h"

using dm::guard::guard_log;
using dm::test::file_content;
using dm::test::temporary_directory;

namespace {

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("an event is one line with time, level, epoch and application") {
  temporary_directory directory;
  guard_log log(directory.path());
  REQUIRE(log.open());
  log.info("first");
  log.set_subject(17, "application_1_0001");
  log.warning("second");
  log.set_subject(0, {});
  log.error("third");
  const std::string text = file_content(directory / "guard.log");
  const std::regex expected(
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO epoch=- application=- first\n"
      "\\S+Z WARNING epoch=17 application=application_1_0001 second\n"
      "\\S+Z ERROR epoch=- application=- third\n");
  CAPTURE(text);
  CHECK(std::regex_match(text, expected));
}

TEST_CASE("what a cluster said cannot begin a line of its own (INV-8)") {
  temporary_directory directory;
  guard_log log(directory.path());
  REQUIRE(log.open());
  log.error("a\nb\r\nc\x1b[31m\td");
  const std::string text = file_content(directory / "guard.log");
  CHECK(lines_in(text) == 1);
  CHECK(text.find("a b  c\\x1b[31m d") != std::string::npos);
}

TEST_CASE("a log goes on where the guard before it ended") {
  temporary_directory directory;
  for (int i = 0; i < 2; ++i) {
    guard_log log(directory.path());
    REQUIRE(log.open());
    log.info("started");
  }
  CHECK(lines_in(file_content(directory / "guard.log")) == 2);
}

TEST_CASE("the log is bounded: one older file is kept") {
  temporary_directory directory;
  guard_log log(directory.path());
  REQUIRE(log.open());
  const std::string line(64 << 10, 'x');
  for (int i = 0; i < 200; ++i) log.info(line);  // 12.8 MiB
  log.info("the end");
  CHECK(directory.names().size() == 2);
  CHECK(std::filesystem::file_size(directory / "guard.log") < (4 << 20) + (128 << 10));
  CHECK(std::filesystem::file_size(directory / "guard.log.1") < (4 << 20) + (128 << 10));
  CHECK(file_content(directory / "guard.log").find("the end\n") != std::string::npos);
}

TEST_CASE("a symbolic link in its place is refused, and what it leads to is untouched") {
  temporary_directory directory;
  std::ofstream(directory / "target") << "precious";
  std::filesystem::create_symlink(directory / "target", directory / "guard.log");
  guard_log log(directory.path());
  const auto opened = log.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == dm::status_code::failed_precondition);
  CHECK(opened.error().message.find("guard.log") != std::string::npos);
  log.info("nowhere");
  CHECK(file_content(directory / "target") == "precious");
}

TEST_CASE("a missing directory is an error that names the file; writing on is harmless") {
  temporary_directory directory;
  guard_log log(directory / "absent");
  const auto opened = log.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == dm::status_code::not_found);
  CHECK(opened.error().message.find("absent/guard.log") != std::string::npos);
  log.error("on standard error");
  // It may only have been late: the next line finds it.
  std::filesystem::create_directory(directory / "absent");
  log.info("here");
  CHECK(lines_in(file_content(directory / "absent/guard.log")) == 1);
}

TEST_CASE("a log that could not be opened again after it was full goes on when it can be") {
  temporary_directory directory;
  guard_log log(directory.path());
  REQUIRE(log.open());
  std::filesystem::resize_file(directory / "guard.log", 4 << 20);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  log.info("the last of the old file");
  log.info("on standard error");
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  log.info("in the new file");
  CHECK(std::filesystem::exists(directory / "guard.log.1"));
  CHECK(lines_in(file_content(directory / "guard.log")) == 1);
}

TEST_CASE("others may not read the log (INV-7)") {
  temporary_directory directory;
  guard_log log(directory.path());
  REQUIRE(log.open());
  struct stat status {};
  REQUIRE(::stat((directory / "guard.log").c_str(), &status) == 0);
  CHECK((status.st_mode & 0007) == 0);
}
