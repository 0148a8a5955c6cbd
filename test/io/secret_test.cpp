// What is masked (INV-7), and what is not.
#include "io/secret.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>

using namespace dm::io;

TEST_CASE("secrets are known by their names, whatever case and separators (D-10)") {
  std::ifstream table(DM_SECRET_NAMES);
  int names = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    INFO(line);
    const std::size_t blank = line.find(' ');
    REQUIRE(blank != std::string::npos);
    CHECK(secret_name(line.substr(blank + 1)) == (line.substr(0, blank) == "secret"));
    ++names;
  }
  CHECK(names > 50);
  CHECK_FALSE(secret_name(""));
}

TEST_CASE("a text is shown without the secrets in it") {
  std::ifstream table(DM_MASKED_TEXTS);
  int texts = 0;
  for (std::string text, shown; std::getline(table, text);) {
    if (text.starts_with('#')) continue;
    REQUIRE(bool(std::getline(table, shown)));
    CHECK(masked_text(text) == shown);
    ++texts;
  }
  CHECK(texts > 20);
  CHECK(masked_text("").empty());
  CHECK(masked_text("--json {\\\"pwd\\\":\\\"V4\\\"}").find("V4") == std::string::npos);
}

TEST_CASE("a command line is shown without the secrets in it") {
  using list = std::vector<std::string>;
  CHECK(masked_arguments({"--rate", "10", "--db.password", "V 1", "--token=V 2, V", "-p", "4",
                          "jdbc://u:V6@h", R"({"secret":"V4"})", "-Dx.secret=V5"}) ==
        list{"--rate", "10", "--db.password", "***", "--token=***", "-p", "4", "jdbc://***@h",
             R"({"secret":"***"})", "-Dx.secret=***"});
  CHECK(masked_arguments({"--password"}) == list{"--password"});
  CHECK(masked_arguments({"password", "reset"}) == list{"password", "reset"});
}

TEST_CASE("what is secret is told by its place, for who shows pieces") {
  const std::string text = "a password=V1 b http://u:V2@h token:\"V3\"";
  std::string cut;
  std::size_t at = 0;
  for (const secret_range& range : secret_ranges(text)) {
    CHECK(range.begin >= at);
    cut += text.substr(at, range.begin - at) + "***";
    at = range.end;
  }
  CHECK(cut + text.substr(at) == masked_text(text));
  CHECK(secret_ranges(text).size() == 3);
  CHECK(secret_ranges("").empty());
}
