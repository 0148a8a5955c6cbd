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

TEST_CASE("a table fits the terminal: texts are cut, and nothing else is") {
  for (const std::size_t width : {20U, 30U, 45U, 60U, 80U, 200U}) {
    terminal where;
    where.width = width;
    INFO(width);
    const std::string shown = applications().text(where);
    for (const std::string& line : lines_of(shown)) CHECK(columns(line) <= width);
    for (const char* whole : {"counting", "STARTED", "12 B", "3.5 kB"}) {
      CHECK(shown.find(whole) != std::string::npos);
    }
  }
  terminal where;
  where.width = 50;
  const auto lines = lines_of(applications().text(where));
  CHECK(lines[1].starts_with("counting  STARTED"));
  CHECK(lines[2].ends_with("…"));
}

TEST_CASE("where a row does not fit it goes on in the next line, and every row alike") {
  table made({{"ID"},
              {"STATE", false, true},
              {"SIZE", true},
              {"CHANGED"},
              {"REASON", false, false, true}});
  made.add({"401263d45e5d446b465965208cbf6059", "RUNNING", "1.2 MB", "2026-11-27 17:25:09",
            "it was asked for, and then it went on and on"});
  made.add({"a", "ENDED", "12 B", "2026-11-27 17:25:09", ""});
  terminal where;
  where.width = 60;
  const auto lines = lines_of(made.text(where));
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "ID                                STATE      SIZE");
  CHECK(lines[1] == "    CHANGED              REASON");
  CHECK(lines[2] == "401263d45e5d446b465965208cbf6059  RUNNING  1.2 MB");
  CHECK(lines[3] == "    2026-11-27 17:25:09  it was asked for, and then it went…");
  CHECK(lines[4] == "a                                 ENDED      12 B");
  CHECK(lines[5] == "    2026-11-27 17:25:09  -");
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

TEST_CASE("what people copy is never cut: rather a line is longer than the terminal") {
  const std::string path =
      "hdfs:///dm/state/default/counting/stream/savepoints/dmctl-1/savepoint-1";
  table made({{"ID"}, {"FROM"}, {"TEXT", false, false, true}});
  made.add({"401263d45e5d446b465965208cbf6059", path, "some text that is long"});
  for (const std::size_t width : {10U, 24U, 40U, 60U, 80U, 100U, 132U, 200U}) {
    terminal where;
    where.width = width;
    INFO(width);
    const std::string shown = made.text(where);
    CHECK(shown.find("401263d45e5d446b465965208cbf6059") != std::string::npos);
    CHECK(shown.find(path) != std::string::npos);
  }
}
