// Members that an object of a JSON document has more than once.
// SPDX-License-Identifier: Apache-2.0
#include "base/repeated_members.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

std::vector<std::string> repeated(const std::string& text, std::size_t most = 100) {
  return json::repeated_members(json::parse_or_throw(text, "test"), most);
}

}  // namespace

TEST_CASE("what is given more than once is named once, wherever it is") {
  CHECK(repeated(R"({"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]})").empty());
  CHECK(repeated(R"({"a":1,"a":2,"a":3})") == std::vector<std::string>{"$.a"});
  CHECK(repeated(R"([{"x":{"y":1,"y":{"z":1,"z":1}}}])") ==
        std::vector<std::string>{"$[0].x.y", "$[0].x.y.z"});
  CHECK(repeated(R"({"\u0061":1,"a":2})") == std::vector<std::string>{"$.a"});
}

TEST_CASE("a document of many of them does not make an answer many times as long") {
  CHECK(repeated(R"({"a":1,"a":2,"b":1,"b":1,"c":1,"c":1})", 2).size() == 2);
}
