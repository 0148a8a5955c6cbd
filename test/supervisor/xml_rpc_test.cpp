// XML-RPC texts as supervisord 4.2.5 sends them, and what is none.
// SPDX-License-Identifier: Apache-2.0
#include "supervisor/xml_rpc.h"

#include <catch2/catch.hpp>

using namespace dm::supervisor;
using dm::status_code;

namespace {

std::string answer(const std::string& value) {
  return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>" + value +
         "</value>\n</param>\n</params>\n</methodResponse>\n";
}

rpc_value value_of(const std::string& xml) {
  const auto read = read_response(xml);
  INFO(xml);
  REQUIRE(read);
  REQUIRE(std::holds_alternative<rpc_value>(*read));
  return std::get<rpc_value>(*read);
}

}  // namespace

TEST_CASE("a call carries its method and arguments") {
  CHECK(render_call("supervisor.getState", {}) ==
        "<?xml "
        "version=\"1.0\"?><methodCall><methodName>supervisor.getState</methodName><params/></"
        "methodCall>");
  CHECK(
      render_call("supervisor.startProcess", {std::string("flink.a.b.c"), false}) ==
      "<?xml version=\"1.0\"?><methodCall><methodName>supervisor.startProcess</methodName><params>"
      "<param><value><string>flink.a.b.c</string></value></param>"
      "<param><value><boolean>0</boolean></value></param></params></methodCall>");
}

TEST_CASE("an argument cannot leave its element") {
  const std::string call =
      render_call("x", {std::string("</string></value><boolean>1</boolean>&amp;")});
  CHECK(call.find("<boolean>") == std::string::npos);
  CHECK(call.find("&lt;/string&gt;") != std::string::npos);
  CHECK(call.find("&amp;amp;") != std::string::npos);
}

TEST_CASE("values are read by their type") {
  CHECK(std::get<std::int64_t>(value_of(answer("<int>-12</int>")).value) == -12);
  CHECK(std::get<std::int64_t>(value_of(answer("<i4>7</i4>")).value) == 7);
  CHECK(std::get<std::int64_t>(value_of(answer("<i8>9007199254740993</i8>")).value) ==
        9007199254740993);
  CHECK(std::get<bool>(value_of(answer("<boolean>1</boolean>")).value));
  CHECK_FALSE(std::get<bool>(value_of(answer("<boolean>0</boolean>")).value));
  CHECK(std::get<std::string>(value_of(answer("<string>a &lt; b\xC3\xA9</string>")).value) ==
        "a < b\xC3\xA9");
  CHECK(std::get<std::string>(value_of(answer("without a type")).value) == "without a type");
  CHECK(std::get<std::string>(value_of(answer("<string></string>")).value).empty());
  CHECK(std::get<std::string>(value_of(answer("<string/>")).value).empty());
  CHECK(std::get<std::string>(value_of(answer("<string> two  blanks </string>")).value) ==
        " two  blanks ");
  CHECK(std::holds_alternative<std::monostate>(value_of(answer("<nil/>")).value));
}

TEST_CASE("arrays and structs are read whole") {
  const auto outer = value_of(answer(
      "<array><data>\n<value><array><data>\n<value><string>one</string></"
      "value>\n<value><string>two</string></value>\n"
      "</data></array></value>\n<value><array><data>\n</data></array></value>\n</data></array>"));
  const auto& lists = std::get<rpc_value::list>(outer.value);
  REQUIRE(lists.size() == 2);
  CHECK(std::get<rpc_value::list>(lists[0].value).size() == 2);
  CHECK(std::get<rpc_value::list>(lists[1].value).empty());

  const auto structure =
      value_of(answer("<struct>\n<member>\n<name>pid</name>\n<value><int>42</int></value>\n</"
                      "member>\n<member>\n<name>spawnerr</name>\n"
                      "<value><string></string></value>\n</member>\n</struct>"));
  const auto& members = std::get<rpc_value::structure>(structure.value);
  CHECK(std::get<std::int64_t>(members.at("pid").value) == 42);
  CHECK(std::get<std::string>(members.at("spawnerr").value).empty());
}

TEST_CASE("a fault carries its code and text") {
  const auto read = read_response(
      "<?xml "
      "version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultCode</"
      "name>\n"
      "<value><int>92</int></value>\n</member>\n<member>\n<name>faultString</name>\n"
      "<value><string>CANT_REREAD: Invalid user name "
      "nobody1</string></value>\n</member>\n</struct></value>\n"
      "</fault>\n</methodResponse>\n");
  REQUIRE(read);
  const auto& fault = std::get<rpc_fault>(*read);
  CHECK(fault.code == 92);
  CHECK(fault.text == "CANT_REREAD: Invalid user name nobody1");
}

TEST_CASE("what is no XML-RPC is UNAVAILABLE") {
  const std::string text = GENERATE(
      std::string(), std::string("<html><body>It works</body></html>"),
      std::string("<methodResponse>"), std::string("<methodResponse></methodResponse>"),
      std::string("<methodResponse><params/></methodResponse>"), std::string("{\"jobs\":[]}"),
      std::string("\xFF\xFE\x00\x01", 4), answer("<int>12 apples</int>"),
      answer("<int>99999999999999999999</int>"), answer("<boolean>yes</boolean>"),
      answer("<struct><member><name>x</name></member></struct>"),
      std::string("<methodResponse><fault><value><string>no "
                  "struct</string></value></fault></methodResponse>"));
  const auto read = read_response(text);
  INFO(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::unavailable);
}

TEST_CASE("deep nesting and many elements do not end the process") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<array><data><value>";
  CHECK_FALSE(read_response(answer(deep)));
  std::string closed;
  for (int i = 0; i < 1000; ++i) closed += "<array><data><value>";
  for (int i = 0; i < 1000; ++i) closed += "</value></data></array>";
  CHECK_FALSE(read_response(answer(closed)));

  std::string many = "<array><data>";
  for (int i = 0; i < 10'000; ++i) many += "<value><int>1</int></value>";
  CHECK(std::get<rpc_value::list>(value_of(answer(many + "</data></array>")).value).size() ==
        10'000);
}

TEST_CASE("an array of structs is given out one after the other") {
  const std::string one =
      "<value><struct>\n<member>\n<name>name</name>\n<value><string>a &lt;b&gt;"
      "</string></value>\n</member>\n</struct></value>\n";
  std::vector<std::string> names;
  const auto take = [&](const rpc_value::structure& members) {
    const auto name = members.find("name");
    if (name != members.end()) names.push_back(std::get<std::string>(name->second.value));
    return name != members.end();
  };
  const auto array = [](const std::string& values) {
    return answer("<array><data>\n" + values + "</data></array>");
  };
  const auto read = read_structures(array(one + one), take);
  REQUIRE(read);
  CHECK_FALSE(read->has_value());
  CHECK(names == std::vector<std::string>{"a <b>", "a <b>"});
  REQUIRE(read_structures(array(""), take));
  CHECK(names.size() == 2);

  const auto fault = read_structures(
      "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>6</int>"
      "</value></member></struct></value></fault></methodResponse>",
      take);
  REQUIRE(fault);
  REQUIRE(fault->has_value());
  CHECK((*fault)->code == 6);

  const std::string of_another_kind =
      "<value><struct><member><name>x</name><value>y</value></member></struct></value>";
  const std::string nested =
      "<value><struct><member><name>name</name>" + one + "</member></struct></value>";
  for (const std::string& wrong :
       {array(of_another_kind), array(nested), array(one + "<value><int>1</int></value>"),
        array("<value><struct><member>"), answer(one), std::string("<html/>"), std::string()}) {
    CAPTURE(wrong);
    const auto refused = read_structures(wrong, take);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == status_code::unavailable);
  }
}
