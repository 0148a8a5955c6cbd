// Names in descriptors.
// SPDX-License-Identifier: Apache-2.0
#include "application/substitution.h"

#include <catch2/catch.hpp>

using manager::substitute;

TEST_CASE("names, braces, dollar signs; one pass") {
  const auto properties = manager::json::parse_or_throw(
      R"({"a":"x","b_1":7,"flag":true,"none":null,"nested":"${a}","half":1.5})", "test");
  std::set<std::string> unknown;
  CHECK(substitute("/${a}/$b_1/$flag/${none}", properties, unknown) == "/x/7/True/None");
  CHECK(substitute("$$a ${nested} ${half}", properties, unknown) == "$a ${a} 1.5");
  CHECK(substitute("$ ${ ${a $1 ${1} a$", properties, unknown) == "$ ${ ${a $1 ${1} a$");
  CHECK(unknown.empty());
  CHECK(substitute("${missing}-$gone", properties, unknown) == "${missing}-$gone");
  CHECK(unknown == std::set<std::string>{"missing", "gone"});
}

TEST_CASE("what is secret is no name for a descriptor") {
  std::set<std::string> unknown;
  const auto properties = manager::json::parse_or_throw(
      R"({"environment_hadoop_manager_password":"hunter2","component_url":"jdbc:x://h/d?password=zz"})",
      "test");
  const std::string text = manager::substitute(
      "/tmp/s-${environment_hadoop_manager_password}/${component_url}", properties, unknown);
  CHECK(text == "/tmp/s-${environment_hadoop_manager_password}/${component_url}");
  CHECK(unknown.size() == 2);
}
