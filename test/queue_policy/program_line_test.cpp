// The first line of a map that is a program: all that keeps it from being run.
#include "queue_policy/program_line.h"

#include <catch2/catch.hpp>

using namespace dm::queue_policy;

namespace {

struct row {
  std::string text;
  std::size_t line;
  std::string words;
};

}  // namespace

TEST_CASE("a map that is a program, and one that is none, are both well") {
  CHECK(check_program_line("#!/usr/bin/flink-queue-policy --map\n* q\n", 0755).empty());
  CHECK(check_program_line("#! /usr/bin/flink-queue-policy\t--map \n* q\n", 0755).empty());
  CHECK(check_program_line("#!/p --map", 0755).empty());
  CHECK(check_program_line("# a map\r\n* q\r\n#! mine\n#!eve: q\n", 0640).empty());
  CHECK(check_program_line("", 0644).empty());
}

TEST_CASE("each fault of a line that names a program is noted at its line") {
  const std::vector<row> rows = {
      {"#!/p --map\r\n* q\r\n", 1, "carriage return"},
      {"#!/p\n* q\n", 1, "--map"},
      {"#!/p --map /etc/map\n* q\n", 1, "--map"},
      {"#!/p --mapp\n* q\n", 1, "--map"},
      {"#!p --map\n* q\n", 1, "absolute path"},
      {"#!\n* q\n", 1, "absolute path"},
      {"\xEF\xBB\xBF#!/p --map\n* q\n", 1, "byte order mark"},
      {" #!/p --map\n* q\n", 1, "comment"},
      {"# a map\n#!/p --map\n* q\n", 2, "comment"},
      {"#!/p --map\n* q\n#! /p --map", 3, "comment"},
  };
  for (const row& one : rows) {
    INFO(one.text);
    const auto remarks = check_program_line(one.text, 0755);
    REQUIRE(remarks.size() == 1);
    CHECK(remarks.front().line == one.line);
    CHECK_FALSE(remarks.front().unusable);
    CHECK(remarks.front().text.find(one.words) != std::string::npos);
  }
  CHECK(check_program_line("#!/p\r\n* q\r\n", 0755).size() == 2);
}

TEST_CASE("who is to run it must be able to execute and to read it") {
  const auto noted = [](mode_t mode) {
    const auto remarks = check_program_line("#!/p --map\n", mode);
    return remarks.empty() ? std::string() : remarks.front().text;
  };
  CHECK(noted(0555).empty());
  CHECK(noted(0644).starts_with("names a program, but nobody may execute it"));
  CHECK(noted(0711).find("may not read it") != std::string::npos);
  CHECK(noted(0754).find("may not execute it") != std::string::npos);
  CHECK(noted(0750).find("may not read and execute it") != std::string::npos);
}
