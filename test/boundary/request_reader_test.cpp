// Members of a request, read one by one; what is wrong is remembered.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/request_reader.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;
using boundary::request_reader;

TEST_CASE("Members with the right type are read") {
  const auto json = test::parsed(
      R"({"schema":1,"t":"text","f":true,"w":"b","l":["x","y"],"o":{},"a":[1],"namespace":"n","application":"a","component":"c"})");
  request_reader reader(json, "$");
  reader.check_schema();
  CHECK(reader.required_text("t") == "text");
  CHECK(reader.flag("f", false));
  CHECK(reader.word("w", {"a", "b"}) == "b");
  CHECK(reader.texts("l") == std::vector<std::string>{"x", "y"});
  CHECK(reader.required_object("o") != nullptr);
  CHECK(reader.required_array("a") != nullptr);
  CHECK(reader.component_name() == component::component_name{"n", "a", "c"});
  CHECK(reader.finish("The request").has_value());
}

TEST_CASE("Absent and null members are the same, and optional ones have defaults") {
  const auto json = test::parsed(R"({"t":null,"f":null,"w":null,"l":null})");
  request_reader reader(json, "$");
  CHECK(reader.text("t").empty());
  CHECK(reader.flag("f", true));
  CHECK(reader.word("w", {"a", "b"}) == "a");
  CHECK(reader.texts("l").empty());
  CHECK(reader.text("absent").empty());
  CHECK(reader.problems().empty());
}

TEST_CASE("Everything that is wrong is told, with its path and without its value") {
  const auto json = test::parsed(
      R"({"schema":"1","t":7,"e":"","f":"yes","w":"z","l":["x",1],"m":{},"o":[],"a":{},"secret":"hunter2"})");
  request_reader reader(json, "$.components[3]");
  reader.check_schema();
  reader.required_text("t");
  reader.required_text("e");
  reader.required_text("missing");
  reader.flag("f", false);
  reader.word("w", {"a", "b"});
  reader.texts("l");
  reader.texts("m");
  reader.required_object("o");
  reader.required_array("a");
  reader.required_object("secret");
  const auto finished = reader.finish("The request");
  REQUIRE_FALSE(finished.has_value());
  CHECK(finished.error().code == status_code::invalid_argument);
  std::vector<std::string> paths;
  for (const problem& p : finished.error().details) {
    paths.push_back(p.path.substr(std::string("$.components[3].").size()));
    CHECK(p.found.find("hunter2") == std::string::npos);
    CHECK_FALSE(p.allowed.empty());
  }
  CHECK(paths == std::vector<std::string>{"schema", "t", "e", "missing", "f", "w", "l[1]", "m", "o",
                                          "a", "secret"});
}

TEST_CASE("Problems of others are put below the reader's own path") {
  const auto json = test::parsed("{}");
  request_reader reader(json, "$.components[1]");
  reader.add({{"$.data.id", "nothing", "an id"}, {"package: x", "a link", "a file"}});
  REQUIRE(reader.problems().size() == 2);
  CHECK(reader.problems()[0].path == "$.components[1].data.id");
  CHECK(reader.problems()[1].path == "package: x");
}

TEST_CASE("DM-7: the schema must be there and be known") {
  for (const char* text : {"{}", R"({"schema":null})", R"({"schema":2})", R"({"schema":1.5})",
                           R"({"schema":"1"})", R"({"schema":true})"}) {
    INFO(text);
    const auto json = test::parsed(text);
    request_reader reader(json, "$");
    reader.check_schema();
    REQUIRE(reader.problems().size() == 1);
    CHECK(reader.problems()[0].path == "$.schema");
    CHECK(reader.problems()[0].allowed == "1");
  }
}

TEST_CASE("The application may be left out where that is said") {
  const auto json = test::parsed(R"({"namespace":"n","component":"c"})");
  request_reader lenient(json, "$");
  CHECK(lenient.component_name(false).application.empty());
  CHECK(lenient.problems().empty());
  request_reader strict(json, "$");
  strict.component_name();
  CHECK(strict.problems().size() == 1);
}

TEST_CASE("A request is an object") {
  CHECK(boundary::parse_request("{}", "The request").has_value());
  for (const char* text : {"", "[]", "1", "null", "\"x\"", "{"}) {
    INFO(text);
    const auto read = boundary::parse_request(text, "The request");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == status_code::invalid_argument);
    CHECK(read.error().message.find("The request") == 0);
  }
}

TEST_CASE("A program's arguments are kept as they are written") {
  const auto written = [](const std::string& properties) {
    const auto request = boundary::parse_request(properties, "The request");
    REQUIRE(request.has_value());
    return io::to_text(*request);
  };
  CHECK(
      written(
          R"({"properties":{"component_application_args":[true,1e3,12345678901234567890123,-0.0,"1e3",null],"n":1e3}})") ==
      R"({"properties":{"component_application_args":["true","1e3","12345678901234567890123","-0.0","1e3",null],"n":1000.0}})");
  CHECK(written(R"({"next":{"properties":{"a":1,"component_application_args":1.50}}})") ==
        R"({"next":{"properties":{"a":1,"component_application_args":"1.50"}}})");
  CHECK(
      written(
          R"({"properties":{"component_application_args":"x","component_application_args":false}})") ==
      R"({"properties":{"component_application_args":"x","component_application_args":"false"}})");
  CHECK(written(R"({"component_application_args":[1e3],"properties":[],"next":7})") ==
        R"({"component_application_args":[1000.0],"properties":[],"next":7})");
}

TEST_CASE("Words, flags, numbers and operation ids that may be absent") {
  const auto document = test::parsed(
      R"({"w":"b","f":false,"n":7,"o":"before-upgrade_1","l":["a","b"],"odd":"c","list":["a","c"],"half":1.5,"id":"-x"})");
  boundary::request_reader reader(document, "$");
  CHECK(reader.optional_word("w", {"a", "b"}) == "b");
  CHECK(reader.optional_word("none", {"a", "b"}).empty());
  CHECK(reader.optional_flag("f") == false);
  CHECK_FALSE(reader.optional_flag("none").has_value());
  CHECK(reader.number("n", 5, 1, 10) == 7);
  CHECK(reader.number("none", 5, 1, 10) == 5);
  CHECK(reader.operation_id("o") == "before-upgrade_1");
  CHECK(reader.operation_id("none").empty());
  CHECK(reader.word_list("l", {"a", "b"}) == std::vector<std::string>{"a", "b"});
  CHECK(reader.word_list("none", {"a"}).empty());
  CHECK(reader.problems().empty());

  reader.optional_word("odd", {"a", "b"});
  reader.optional_flag("w");
  CHECK(reader.number("n", 5, 1, 6) == 5);
  reader.number("half", 5, 1, 6);
  reader.operation_id("id");
  reader.word_list("list", {"a", "b"});
  std::vector<std::string> paths;
  for (const problem& p : reader.problems()) paths.push_back(p.path);
  CHECK(paths == std::vector<std::string>{"$.odd", "$.w", "$.n", "$.half", "$.id", "$.list[1]"});
  CHECK(reader.problems()[2].allowed == "a whole number, 1 … 6");
}

TEST_CASE("Problems of an inner object keep their own paths") {
  const auto document = test::parsed(R"({"inner":{}})");
  boundary::request_reader outer(document, "$");
  boundary::request_reader inner(*outer.object("inner"), "$.inner");
  inner.required_text("name");
  outer.adopt(inner);
  REQUIRE(outer.problems().size() == 1);
  CHECK(outer.problems()[0].path == "$.inner.name");
}
