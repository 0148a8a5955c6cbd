// What Flink's configuration file changes on the way; each row was seen on 1.20.5 or 2.3.0.
// SPDX-License-Identifier: Apache-2.0
#include "flink/configuration_value.h"

#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::test::flink;

TEST_CASE("configuration values") {
  const auto ok = [](const char* version, submission_mode mode, const char* key,
                     const char* value) {
    return configuration_value_reason(flink(version), mode, key, value).empty();
  };
  const auto per_job = submission_mode::per_job;
  const auto application = submission_mode::application;
  for (const char* value :
       {"", "x", "a b", "a=b", "a: b", "'q'", "\"q\"", "[x]", "{y", "a;b", "\xC3\xA9", "%"}) {
    CHECK(ok("1.13.6", per_job, "k", value));
    CHECK(ok("2.3.0", application, "k", value));
  }
  for (const char* value : {"a#b", "#", " a", "a "}) {
    CAPTURE(value);
    CHECK_FALSE(ok("1.13.6", per_job, "k", value));
    CHECK_FALSE(ok("1.20.5", application, "k", value));
    CHECK(ok("2.3.0", application, "k", value));
    CHECK(ok("1.20.5", per_job, "yarn.application.name", value));
    CHECK(ok("1.20.5", application, "yarn.application.name", value));
    CHECK(ok("1.20.5", per_job, "python.archives", value));
    CHECK_FALSE(ok("1.20.5", application, "python.archives", value));
  }
  for (const char* value : {"a\nyarn.tags: x", "a\tb", "\r", "\x7F"}) {
    CHECK_FALSE(ok("1.20.5", per_job, "k", value));
    CHECK_FALSE(ok("2.3.0", application, "k", value));
    CHECK_FALSE(ok("2.3.0", application, "yarn.tags", value));
  }
}

TEST_CASE("arguments of the program") {
  const auto ok = [](const char* version, submission_mode mode, const char* argument) {
    return program_argument_reason(flink(version), mode, argument).empty();
  };
  for (const char* argument : {"a#b", " a", "a ", "a\nb"}) {
    CHECK(ok("1.20.5", submission_mode::per_job, argument));
    CHECK(ok("1.20.5", submission_mode::attached, argument));
    CHECK_FALSE(ok("1.20.5", submission_mode::application, argument));
  }
  CHECK(ok("2.3.0", submission_mode::application, " a#b "));
  CHECK_FALSE(ok("2.3.0", submission_mode::application, "a\nb"));
  CHECK(
      program_argument_reason(flink("1.20.5"), submission_mode::application, "#").find("1.20.5") !=
      std::string::npos);
}
