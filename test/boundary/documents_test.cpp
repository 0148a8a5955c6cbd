// abi/documents.md against the program: what it lists is what there is.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "flink/failure_class.h"
#include "input/settings.h"
#include "io/error.h"
#include "json.h"
#include "observation/component_status.h"
#include "package/property_names.h"
#include "state/restore_point.h"

using namespace dm;

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string& documents() {
  static const std::string text = content(DOCUMENTS);
  return text;
}

bool documented(const std::string& text) { return documents().find(text) != std::string::npos; }

}  // namespace

TEST_CASE("Every property stands in documents.md, word for word, and no other") {
  std::size_t rows = 0;
  for (const package::property_name& property : package::property_names()) {
    const std::string row =
        fmt::format("| `{}` | {} | {} | {} | {} |\n", property.name, property.default_value,
                    property.allowed, property.flink, property.description);
    INFO("documents.md needs this row:\n" << row);
    CHECK(documented(row));
    ++rows;
  }
  std::size_t found = 0;
  for (std::size_t at = documents().find("## Properties");
       (at = documents().find("\n| `component_", at)) != std::string::npos; ++at)
    ++found;
  CHECK(found == rows);
}

TEST_CASE("Every state, confidence and error code stands in documents.md") {
  using observation::component_state;
  for (int i = 0; i <= static_cast<int>(component_state::unknown); ++i) {
    const std::string word(observation::to_string(static_cast<component_state>(i)));
    INFO(word);
    CHECK(documented(fmt::format("\n| `{}` |", word)));
    CHECK(documented(fmt::format(
        "`{}`", observation::summary_word(static_cast<component_state>(i), "", false))));
  }
  for (int i = 0; i <= 16; ++i) {
    const auto code = static_cast<status_code>(i);
    if (code != status_code::internal && to_string(code) == "INTERNAL") continue;  // no such number
    CHECK(documented(fmt::format("\n| `{}` | {} |", to_string(code), i)));
  }
}

TEST_CASE("Every state and kind of a restore point stands in documents.md") {
  using state::restore_point_state;
  for (int i = 0; i <= static_cast<int>(restore_point_state::disposed); ++i) {
    const std::string_view word = state::to_string(static_cast<restore_point_state>(i));
    INFO(word);
    CHECK(documented(fmt::format("\n| `{}` |", word)));
  }
  for (const auto kind :
       {state::restore_point_kind::savepoint, state::restore_point_kind::checkpoint})
    CHECK(documented(fmt::format("`{}`", state::to_string(kind))));
}

TEST_CASE("Every class of failure stands in documents.md") {
  using flink::failure_class;
  for (int i = 0; i <= static_cast<int>(failure_class::start_refused); ++i) {
    const std::string_view word = flink::to_string(static_cast<failure_class>(i));
    INFO(word);
    CHECK(documented(fmt::format("\n| `{}` |", word)));
  }
}

TEST_CASE("The default time limits are those of documents.md") {
  for (const char* verb :
       {"validate", "create", "start",   "stop",      "destroy", "status",  "find",
        "trigger",  "list",   "resume",  "dispose",   "pin",     "unpin",   "plan",
        "sources",  "read",   "figures", "incidents", "explain", "inspect", "clean"}) {
    const std::string text = fmt::format("`{}` {}", verb, input::timeout_ms({}, verb));
    INFO(text);
    CHECK(documented(text));
  }
}

TEST_CASE("Every sample is JSON of schema 1 and is named in documents.md") {
  std::size_t samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SAMPLES)) {
    INFO(entry.path());
    CHECK(documented("samples/" + entry.path().filename().string()));
    CHECK(test::text_at(test::parsed(content(entry.path())), "schema") == "1");
    ++samples;
  }
  CHECK(samples == 49);
}

TEST_CASE("Every setting of the sample environment is read, and stands in documents.md") {
  const std::string text = content(std::string(SAMPLES) + "/environment.json");
  CHECK(input::read_settings(text, "/usr/lib"));
  const auto sample = test::parsed(text);
  for (const auto& member : io::member(sample, "settings")->GetObject()) {
    INFO(member.name.GetString());
    CHECK(documented(fmt::format("`{}`", member.name.GetString())));
  }
}
