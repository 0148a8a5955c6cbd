// What is asked for of the fleet.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_request.h"

#include <catch2/catch.hpp>

using manager::fleet_request;
namespace json = manager::json;

namespace {

manager::application_record application(const std::string& name, const std::string& user) {
  manager::application_record one;
  one.name = name;
  one.user = user;
  one.package = "counter-1.0.0";
  return one;
}

manager::component_record component(const std::string& application, const std::string& name) {
  manager::component_record one;
  one.application = application;
  one.type = "flink";
  one.name = name;
  return one;
}

}  // namespace

TEST_CASE("several members must all fit, several patterns of one are alternatives") {
  const auto wish = json::parse_or_throw(
      R"({"application":["c*","other"],"user":"ada","component":"stream"})", "test");
  const fleet_request asked(wish);
  CHECK(asked.has_filter());
  CHECK(asked.chooses(application("counting", "ada"), component("counting", "stream")));
  CHECK(asked.chooses(application("other", "ada"), component("other", "stream")));
  CHECK_FALSE(asked.chooses(application("counting", "bob"), component("counting", "stream")));
  CHECK_FALSE(asked.chooses(application("counting", "ada"), component("counting", "batch")));
  CHECK_FALSE(asked.chooses(application("third", "ada"), component("third", "stream")));
}

TEST_CASE("the order is that of the patterns, what none fits is last") {
  const auto wish =
      json::parse_or_throw(R"({"all":true,"order":["pay*","counting/stream","c*"]})", "test");
  const fleet_request asked(wish);
  CHECK(asked.all());
  CHECK_FALSE(asked.has_filter());
  CHECK(asked.rank("payments", "x") == 0);
  CHECK(asked.rank("counting", "stream") == 1);
  CHECK(asked.rank("counting", "batch") == 2);
  CHECK(asked.rank("other", "stream") == 3);
}

TEST_CASE("numbers have defaults") {
  const auto nothing = json::make_object();
  CHECK(fleet_request(nothing).parallel() == manager::usual_parallel);
  CHECK(fleet_request(nothing).patience_s() == manager::usual_patience_s);
  const auto given = json::parse_or_throw(R"({"parallel":7,"patience_s":1})", "test");
  CHECK(fleet_request(given).parallel() == 7);
  CHECK(fleet_request(given).patience_s() == 1);
}

TEST_CASE("patterns are one text or a list of texts") {
  const auto are = [](const char* text) {
    return manager::are_patterns(json::parse_or_throw(text, "test"));
  };
  CHECK(are(R"("a*")"));
  CHECK(are(R"(["a*","b"])"));
  CHECK_FALSE(are("[]"));
  CHECK_FALSE(are(R"([1])"));
  CHECK_FALSE(are(R"("")"));
  CHECK_FALSE(are(R"({"a":"b"})"));
}

TEST_CASE("requests are the same that ask for the same") {
  const auto same = [](const char* verb, const char* left, const char* right) {
    return manager::same_request(verb, json::parse_or_throw(left, "test")) ==
           manager::same_request(verb, json::parse_or_throw(right, "test"));
  };
  CHECK(same("stop", R"({"all":true,"parallel":2})", R"({ "parallel" : 2, "all": true })"));
  CHECK(same("stop", R"({"all":true})",
             R"({"all":true,"parallel":4,"patience_s":300,"if_not_saved":"leave","id":"x"})"));
  CHECK(same("start", R"({"from":"x"})", R"({"from":"x","parallel":4,"patience_s":15})"));
  CHECK(same("stop", R"({"queue":["a","b"]})", R"({"queue":["b","a","b"],"all":false})"));
  CHECK(same("stop", R"({"queue":"a"})", R"({"queue":["a"],"warnings":[]})"));
  CHECK_FALSE(
      same("stop", R"({"all":true,"order":["a","b"]})", R"({"all":true,"order":["b","a"]})"));
  CHECK_FALSE(same("stop", R"({"all":true})", R"({"all":true,"savepoint":true})"));
  CHECK_FALSE(same("stop", R"({"all":true})", R"({"all":true,"if_not_saved":"kill"})"));
  CHECK_FALSE(same("start", R"({"from":"x"})", R"({"from":"y"})"));
}
