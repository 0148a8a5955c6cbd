// A report as people and programs read it.
// SPDX-License-Identifier: Apache-2.0
#include "health/report_text.h"

#include <catch2/catch.hpp>

#include "io/json.h"
#include "report_fixture.h"

using namespace dm::health;
using dm::test::some_report;

TEST_CASE("the table has a line for each thing, in columns, and the causes") {
  report all = some_report();
  finding yarn;
  yarn.subject = "ResourceManager http://r\xc3\xbc:8088";
  yarn.fault("ResourceManager http://r\xc3\xbc:8088 does not answer as it should: refused");
  all.findings.push_back(yarn);
  CHECK(as_table(all, false) ==
        "ERROR hadoop.flink.health  2026-11-23T12:57:36.146Z  412 ms\n"
        "\n"
        "OK    history server http://h:8082       12 ms  Flink 1.20.5, 3 jobs\n"
        "ERROR ResourceManager http://r\xc3\xbc:8088         -\n"
        "\n"
        "ERROR ResourceManager http://r\xc3\xbc:8088 does not answer as it should: refused\n");
}

TEST_CASE("colours are for terminals only") {
  CHECK(as_table(some_report(), false).find('\x1b') == std::string::npos);
  CHECK(as_table(some_report(), true).find("\x1b[32mOK   \x1b[0m") != std::string::npos);
}

TEST_CASE("JSON has everything, in one line") {
  report all = some_report();
  all.findings.back().warn("a \"quoted\" cause");
  const std::string text = as_json(all);
  CHECK(text.find('\n') == text.size() - 1);
  const auto read = dm::io::parse_json(text, "the report");
  REQUIRE(read);
  CHECK(dm::io::integer_member(*read, "schema") == 1);
  CHECK(dm::io::string_member(*read, "health") == "WARN");
  CHECK(dm::io::string_member(*read, "metric") == "hadoop.flink.health");
  CHECK((*read)["causes"][0] == "a \"quoted\" cause");
  const auto& found = (*read)["findings"][0];
  CHECK(dm::io::string_member(found, "subject") == "history server http://h:8082");
  CHECK(dm::io::integer_member(found, "took_ms") == 12);
  CHECK(found["causes"][0]["health"] == "WARN");
  CHECK(found["says"].Size() == 2);
  CHECK(dm::io::bool_member((*read)["figures"], "flink.history_server_available_success") == true);
  CHECK(dm::io::integer_member((*read)["figures"], "flink.history_server_available_ms") == 12);
}
