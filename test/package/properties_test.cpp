// The property map: read in order, looked up, its references replaced.
#include "package/properties.h"

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::test::json;

TEST_CASE("properties keep their order, and scalars read as Python shows them") {
  const auto document =
      json("{'b':'x','a':true,'n':null,'i':5,'d':1.5,'o':{'k':[1,'t']},'l':['x']}");
  const auto list = read_properties(document);
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& p : list) texts.emplace_back(p.name, p.text);
  CHECK(texts == std::vector<std::pair<std::string, std::string>>{{"b", "x"},
                                                                  {"a", "True"},
                                                                  {"n", "None"},
                                                                  {"i", "5"},
                                                                  {"d", "1.5"},
                                                                  {"o", R"({"k":[1,"t"]})"},
                                                                  {"l", R"(["x"])"}});
  CHECK(read_properties(json("[1]")).empty());
}

TEST_CASE("of a property given twice the last one counts") {
  const auto document = json("{'a':'1','b':'2','a':'3'}");
  const auto list = read_properties(document);
  REQUIRE(find_property(list, "a") != nullptr);
  CHECK(find_property(list, "a")->text == "3");
  CHECK(find_property(list, "c") == nullptr);
}

TEST_CASE("references are replaced in one pass, and everything else stays") {
  const auto document = json("{'a':'1','b_2':'${a}','c_password':'x','o':{'token':'x'}}");
  const auto list = read_properties(document);
  CHECK(substitute("${a} $a $b_2 $$a $$${a}", list).text == "1 1 ${a} $a $1");
  CHECK(substitute("$ $5 ${ ${a ${} ${a.b} ^x$", list).text == "$ $5 ${ ${a ${} ${a.b} ^x$");
  const auto unknown = substitute("x $y ${z}", list);
  CHECK(unknown.text == "x $y ${z}");
  REQUIRE(unknown.unknown.size() == 2);
  CHECK_FALSE(unknown.unknown[0].braced);
  CHECK(unknown.unknown[1].name == "z");
  CHECK(unknown.unknown[1].offset == 5);
  const auto secret = substitute("${c_password} ${o}", list);
  CHECK(secret.text == "${c_password} ${o}");
  CHECK(secret.secret.size() == 2);
}
