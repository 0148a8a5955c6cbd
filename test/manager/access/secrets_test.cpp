// What must not be shown.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"

#include <catch2/catch.hpp>

#include <fstream>

using namespace manager;

TEST_CASE("names that say they are secret, as the plugins know them") {
  std::ifstream table(DM_SECRET_NAMES);
  int names = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    INFO(line);
    const std::size_t blank = line.find(' ');
    REQUIRE(blank != std::string::npos);
    CHECK(is_secret_name(line.substr(blank + 1)) == (line.substr(0, blank) == "secret"));
    ++names;
  }
  CHECK(names > 50);
  CHECK_FALSE(is_secret_name(""));
}

TEST_CASE("texts are shown without the secrets in them, as the plugins show them") {
  std::ifstream table(DM_MASKED_TEXTS);
  int texts = 0;
  for (std::string text, shown; std::getline(table, text);) {
    if (text.starts_with('#')) continue;
    REQUIRE(bool(std::getline(table, shown)));
    CHECK(masked_text(text) == shown);
    ++texts;
  }
  CHECK(texts > 20);
  // No work that grows with the square of the text.
  std::string addresses;
  for (int i = 0; i < 100'000; ++i) addresses += "x://y:z";
  CHECK(masked_text(addresses) == addresses);
}

TEST_CASE("members with secret names are left out, user information in addresses too") {
  const auto shown = without_secrets(json::parse_or_throw(
      R"({"a":"http://u:p@h/x","password":"x","deep":{"token":"y","b":[{"secret":1}]}})", "test"));
  CHECK(json::to_text(shown) == R"({"a":"http://***@h/x","deep":{"b":[{}]}})");
}

TEST_CASE("masking keeps the shape") {
  auto memory = json::make_object();
  const auto masked = with_masked_secrets(
      json::parse_or_throw(R"({"flink":{"main":{"db_password":"x","count":3,"mail":"a@b"}}})",
                           "test"),
      memory.GetAllocator());
  CHECK(json::to_text(masked) ==
        R"({"flink":{"main":{"db_password":"********","count":3,"mail":"a@b"}}})");
}

TEST_CASE("a program's arguments are shown without the secrets in them") {
  CHECK(masked_text(
            "--rate 10 --db.password V1 --token=V2 --apiKey 'V 3' --json {\"password\":\"V4\"} "
            "-Dx.secret=V5 --url jdbc:x://u:V6@h/d") ==
        "--rate 10 --db.password *** --token=*** --apiKey '***' --json {\"password\":\"***\"} "
        "-Dx.secret=*** --url jdbc:x://***@h/d");
  for (const char* plain : {"", "--rate 10", "the password is set", "password", "http://h/a@b"}) {
    CHECK(masked_text(plain) == plain);
  }
  auto memory = json::make_object();
  const auto masked = with_masked_secrets(
      json::parse_or_throw(R"({"application_args":["--db.password","V1","--token=V2","-p",4]})",
                           "test"),
      memory.GetAllocator());
  CHECK(json::to_text(masked) ==
        R"({"application_args":["--db.password","***","--token=***","-p",4]})");
}

TEST_CASE("everything below a secret name is secret, whatever its shape") {
  const auto environment = json::parse_or_throw(
      R"({"credentials":{"login":"V1","more":[{"a":"V2"}]},"db_pass":5,"tokens":["V3"],
          "cluster_key_file":"/V4","jdbc":"jdbc:x://h/d?password=V5&user=me"})",
      "test");
  CHECK(json::to_text(without_secrets(environment)) ==
        R"({"jdbc":"jdbc:x://h/d?password=***&user=me"})");
  auto memory = json::make_object();
  CHECK(json::to_text(with_masked_secrets(environment, memory.GetAllocator())) ==
        R"({"credentials":{"login":"********","more":[{"a":"********"}]},"db_pass":"********",)"
        R"("tokens":"********","cluster_key_file":"********",)"
        R"("jdbc":"jdbc:x://h/d?password=***&user=me"})");
}

TEST_CASE("addresses are shown without user, password and query") {
  CHECK(shown_address("http://repo:s3cret@h:80/x?key=V1#f") == "http://***@h:80/x");
  CHECK(shown_address("http://repo:s3/cret@h:80/x?key=V1") == "http://***@h:80/x");
  CHECK(shown_address("http://repo:s?cret@h") == "http://***@h");
  CHECK(shown_address("https://h/x") == "https://h/x");
}

TEST_CASE("what was found is shown in a message without what is secret in it") {
  const auto shown = [](std::string_view name, const char* text) {
    return shown_value(name, json::parse_or_throw(text, "test"));
  };
  CHECK(shown("db_password", R"({"a":1})") == "(not shown)");
  CHECK(shown("x", R"({"credentials":{"login":"V1"},"n":1})") ==
        R"({"credentials":{"login":"********"},"n":1})");
  CHECK(shown("", R"("http://u:V1@h")") == R"("http://***@h")");
  CHECK(shown("x", ("\"" + std::string(1000, 'x') + "\"").c_str()).size() < 250);
  CHECK(shown_value("token", "V1") == "(not shown)");
  CHECK(shown_value("x", "--token=V1\n") == R"(--token=***\x0a)");
}
