// What the documents of a component have in common: their schema, and what may be left out.
// SPDX-License-Identifier: Apache-2.0
#include "component/record_json.h"

#include <catch2/catch.hpp>

using namespace dm::component;
using dm::status_code;
namespace io = dm::io;

TEST_CASE("a document of this schema is read") {
  const auto document = parse_record(R"({"schema":1,"name":"x"})", "the document");
  REQUIRE(document);
  CHECK(text_member(*document, "name") == "x");
}

TEST_CASE("what is no JSON was damaged, whoever asks is not to blame") {
  const auto document = parse_record("{", "log record 17");
  REQUIRE_FALSE(document);
  CHECK(document.error().code == status_code::internal);
  CHECK(document.error().message.find("log record 17") != std::string::npos);
}

TEST_CASE("a document of another schema is refused, and says which version is needed (D-43)") {
  const auto document = parse_record(R"({"schema":2})", "log record 17");
  REQUIRE_FALSE(document);
  CHECK(document.error().code == status_code::failed_precondition);
  CHECK(document.error().message == "log record 17 has schema 2, this version reads schema 1");
  CHECK_FALSE(document.error().hint.empty());
  CHECK(parse_record("{}", "it").error().message.find("schema none") != std::string::npos);
}

TEST_CASE("a member that is absent or of another type is as if nothing was said") {
  const auto document = io::parse_json(
      R"({"text":7,"number":"x","below":-1,"time":"noon","good":"1970-01-01T00:00:00.001Z"})",
      "it");
  REQUIRE(document);
  CHECK(text_member(*document, "text").empty());
  CHECK(text_member(*document, "absent").empty());
  CHECK(number_member(*document, "number") == 0);
  CHECK(number_member(*document, "below") == 0);
  CHECK(time_member(*document, "time") == io::wall_time{});
  CHECK(time_member(*document, "good") == io::from_epoch_ms(1));
}

TEST_CASE("what cannot be used is named") {
  const dm::error problem = malformed("log record 17", "kind").value();
  CHECK(problem.code == status_code::internal);
  CHECK(problem.message == "log record 17 has no usable \"kind\"");
}
