// JSON from outside: limits, types, encodings.
#include "io/json.h"

#include <catch2/catch.hpp>

using namespace dm::io;
using dm::status_code;

namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

std::string error_of(std::string_view text) {
  const auto parsed = parse_json(text, "the test");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == status_code::invalid_argument);
  return parsed.error().message;
}

}  // namespace

TEST_CASE("what is not JSON is refused, with the place") {
  CHECK(error_of("{\"a\":1,}").find("the test is not JSON") == 0);
  CHECK(error_of("{\"a\":1,}").find("at byte 7 of 8") != std::string::npos);
  for (const char* text : {"", " ", "{", "nul", "[1] 2", "{'a':1}", "<html>", "{\"a\":NaN}",
                           "\"\\ud800\"", "[1e999]"}) {
    INFO(text);
    error_of(text);
  }
}

TEST_CASE("invalid UTF-8 in a string is refused") {
  error_of("\"a\xFFz\"");
  error_of("{\"\xC3\":1}");
}

TEST_CASE("a NUL byte is not the end of a text") {
  CHECK(error_of(std::string_view("[1]\0[2]", 7)).find("NUL") != std::string::npos);
}

TEST_CASE("nesting is limited, and no depth ends the process") {
  CHECK(parse_json(nested(64), "x"));
  CHECK(error_of(nested(65)).find("64 levels") != std::string::npos);
  error_of(std::string(10'000'000, '['));
}

TEST_CASE("of a member that is there twice the first counts") {
  const auto document = parse_json(R"({"a":1,"a":2})", "x");
  CHECK(integer_member(*document, "a") == 1);
}

TEST_CASE("members are read with their types checked") {
  const auto d = parse_json(
      R"({"s":"text","i":-5,"big":9223372036854775808,"f":1.5,"b":true,"n":null,"o":{"s":"in"}})",
      "x");
  REQUIRE(d);
  CHECK(string_member(*d, "s") == "text");
  CHECK_FALSE(string_member(*d, "i"));
  CHECK_FALSE(string_member(*d, "absent"));
  CHECK(string_member_or(*d, "i", "other") == "other");
  CHECK(integer_member(*d, "i") == -5);
  CHECK_FALSE(integer_member(*d, "big"));
  CHECK_FALSE(integer_member(*d, "f"));
  CHECK_FALSE(integer_member(*d, "s"));
  CHECK(bool_member(*d, "b") == true);
  CHECK_FALSE(bool_member(*d, "i"));
  CHECK(member(*d, "n") == nullptr);
  REQUIRE(member(*d, "o") != nullptr);
  CHECK(string_member(*member(*d, "o"), "s") == "in");
  CHECK(member(*member(*d, "s"), "x") == nullptr);
}

TEST_CASE("strings keep their bytes, a NUL among them") {
  const auto d = parse_json("{\"a\":\"x\\u0000y\\u00e4\"}", "x");
  CHECK(string_member(*d, "a") == std::string("x\0y\xC3\xA4", 5));
}

TEST_CASE("scalars are shown as Python's str() shows them") {
  const auto d = parse_json(
      R"(["text",true,false,null,7,-7,18446744073709551615,1.0,0.1,1e16,1e-5,1e22,123456.789,)"
      R"(["a'b",1,[null]],{"k":"v","x":{}}])",
      "x");
  REQUIRE(d);
  const std::vector<std::string> expected = {"text",
                                             "True",
                                             "False",
                                             "None",
                                             "7",
                                             "-7",
                                             "18446744073709551615",
                                             "1.0",
                                             "0.1",
                                             "1e+16",
                                             "1e-05",
                                             "1e+22",
                                             "123456.789",
                                             "[\"a'b\", 1, [None]]",
                                             "{'k': 'v', 'x': {}}"};
  REQUIRE(d->Size() == expected.size());
  for (rapidjson::SizeType i = 0; i < d->Size(); ++i) CHECK(scalar_text((*d)[i]) == expected[i]);
}

TEST_CASE("nothing is written where there is nothing to say") {
  json_buffer buffer;
  json_writer writer(buffer);
  writer.StartObject();
  put_optional(writer, "text", "");
  put_optional(writer, "number", std::int64_t{0});
  put_optional(writer, "time", wall_time{});
  put_optional(writer, "said", "x");
  put_optional(writer, "counted", std::int64_t{-3});
  put_optional(writer, "seen", from_epoch_ms(1));
  writer.EndObject();
  CHECK(text(buffer) == R"({"said":"x","counted":-3,"seen":"1970-01-01T00:00:00.001Z"})");
}

TEST_CASE("a written document is what was put in, and always UTF-8") {
  json_buffer buffer;
  json_writer writer(buffer);
  writer.StartObject();
  put(writer, "s", "a\"b");
  put(writer, "v", std::string_view());
  put(writer, "t", std::string("x\xFFy"));
  put(writer, "b", true);
  put(writer, "i", std::int64_t{-1});
  put(writer, "u", std::uint64_t{18446744073709551615ULL});
  put(writer, "n", 3);
  writer.EndObject();
  CHECK(text(buffer) ==
        "{\"s\":\"a\\\"b\",\"v\":\"\",\"t\":\"x\xEF\xBF\xBDy\",\"b\":true,\"i\":-1,\"u\":"
        "18446744073709551615,\"n\":3}");
  const auto again = parse_json(text(buffer), "x");
  REQUIRE(again);
  CHECK(to_text(*again) == text(buffer));
}

TEST_CASE("a text in UTF-16 is named as one") {
  CHECK(error_of(std::string_view("\xFF\xFE{\0}\0", 6)).find("UTF-16") != std::string::npos);
  CHECK(error_of(std::string_view("\xFE\xFF\0{\0}", 6)).find("UTF-16") != std::string::npos);
}
