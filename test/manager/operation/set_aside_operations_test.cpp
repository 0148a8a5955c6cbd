// Operations that this process leaves alone.
// SPDX-License-Identifier: Apache-2.0
#include "operation/set_aside_operations.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

operation_record rescale_of(const std::string& application) {
  operation_record operation;
  operation.id = "op-" + application;
  operation.noun = "application";
  operation.name = application;
  operation.verb = "rescale";
  operation.user = "daemon";
  return operation;
}

}  // namespace

TEST_CASE("what is set aside is told by its object, with the reason and what ends it") {
  set_aside_operations left;
  left.add(rescale_of("one"), "this version does not know the verb");
  const std::string why = left.why("application", "one").value();
  for (const char* said : {"op-one", "rescale", "daemon", "does not know the verb", "starts"}) {
    CHECK_THAT(why, Catch::Contains(said));
  }
  CHECK_FALSE(left.why("application", "two"));
  CHECK_FALSE(left.why("package", "one"));
}

TEST_CASE("nothing else is begun with an object whose operation is set aside") {
  set_aside_operations left;
  left.check("application", "one");
  left.add(rescale_of("one"), "its plugin does not load");
  left.check("application", "two");
  try {
    left.check("application", "one");
    FAIL("not refused");
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::failed_connection);
    CHECK(refused.what() == left.why("application", "one").value());
  }
}

TEST_CASE("those of an application's savepoints are the application's, too") {
  set_aside_operations left;
  left.add(rescale_of("one"), "x");
  operation_record savepoint = rescale_of("one/nightly");
  savepoint.noun = "savepoint";
  left.add(savepoint, "y");
  operation_record other = rescale_of("one-more/nightly");
  other.noun = "savepoint";
  left.add(other, "z");
  REQUIRE(left.of_object("application", "one").size() == 2);
  CHECK(left.of_object("application", "one")[1].why == "y");
  CHECK(left.of_object("savepoint", "one/nightly").size() == 1);
  CHECK(left.of_object("package", "one").empty());
}

TEST_CASE("what is set aside is found by its id, and listed in the order of the journal") {
  set_aside_operations left;
  left.add(rescale_of("b"), "x");
  left.add(rescale_of("a"), "y");
  REQUIRE(left.all().size() == 2);
  CHECK(left.all().front().operation.name == "b");
  CHECK(left.find("op-a").value().why == "y");
  CHECK_FALSE(left.find("op-c"));
}
