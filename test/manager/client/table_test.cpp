// Tables.
// SPDX-License-Identifier: Apache-2.0
#include "client/table.h"

#include "client/text.h"

#include <catch2/catch.hpp>

using namespace dmctl;

namespace {

table applications() {
  table made(
      {{"NAME"}, {"STATE", false, true}, {"SIZE", true}, {"INFORMATION", false, false, true}});
  made.add({"counting", "STARTED", "12 B", ""});
  made.add({"日本", "CREATED", "3.5 kB", "Error starting counting: the cluster does not answer"});
  return made;
}

std::vector<std::string> lines_of(const std::string& text) { return folded(text, 0); }

}  // namespace

TEST_CASE("columns line up, numbers to the right, and nothing is cut where there is no terminal") {
  const auto lines = lines_of(applications().text({}));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "NAME      STATE      SIZE  INFORMATION");
  CHECK(lines[1] == "counting  STARTED    12 B  -");
  CHECK(lines[2] ==
        "日本      CREATED  3.5 kB  Error starting counting: the cluster does not answer");
}

TEST_CASE("a table fits the terminal: texts are cut before names") {
  for (const std::size_t width : {20U, 30U, 45U, 60U, 80U, 200U}) {
    terminal where;
    where.width = width;
    INFO(width);
    for (const std::string& line : lines_of(applications().text(where))) {
      CHECK(columns(line) <= width);
    }
  }
  terminal where;
  where.width = 45;
  const auto lines = lines_of(applications().text(where));
  CHECK(lines[1].starts_with("counting  STARTED"));
  CHECK(lines[2].ends_with("…"));
}

TEST_CASE("colours are around words, and only where there are colours") {
  terminal where;
  where.colours = true;
  CHECK(applications().text(where).find("\x1b[32mSTARTED\x1b[0m") != std::string::npos);
  CHECK(applications().text({}).find('\x1b') == std::string::npos);
}

TEST_CASE("cells are harmless, and columns without anything are left out") {
  table made({{"NAME"}, {"EMPTY"}, {"OTHER"}});
  made.add({"a\x1b[2J\nb", "", "x"});
  CHECK(made.text({}) == "NAME         OTHER\na\\x1b[2J\\nb  x\n");
  CHECK(table({{"NAME"}}).text({}).empty());
}

TEST_CASE("what people copy is cut last") {
  table made({{"ID", false, false, false, true}, {"NAME"}, {"TEXT", false, false, true}});
  made.add({"401263d45e5d446b465965208cbf6059", "counting/first-of-all", "some text that is long"});
  terminal where;
  where.width = 60;
  CHECK(made.text(where).find("401263d45e5d446b465965208cbf6059") != std::string::npos);
  where.width = 24;
  for (const std::string& line : lines_of(made.text(where))) CHECK(columns(line) <= 24);
}
