// Components that an operation has apart.
// SPDX-License-Identifier: Apache-2.0
#include "application/components_apart.h"

#include <catch2/catch.hpp>

using manager::component_record;
using manager::components_apart;

namespace {

component_record component(const std::string& application, const std::string& name) {
  component_record record;
  record.application = application;
  record.type = "flink";
  record.name = name;
  return record;
}

}  // namespace

TEST_CASE(
    "each component is apart by itself, an application's end of work ends it for all of its") {
  components_apart apart;
  apart.take(component("one", "a"), "first");
  apart.take(component("one", "b"), "second");
  apart.take(component("two", "a"), "third");
  CHECK(apart.why(component("one", "a")) == "first");
  apart.take(component("one", "a"), "again");
  CHECK(apart.why(component("one", "a")) == "again");
  apart.put_back(component("one", "a"));
  CHECK(apart.why(component("one", "a")).empty());
  CHECK(apart.why(component("one", "b")) == "second");
  apart.forget("one");
  CHECK(apart.why(component("one", "b")).empty());
  CHECK(apart.why(component("two", "a")) == "third");
}
