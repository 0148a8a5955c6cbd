// Operations that are left alone, as figures.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/set_aside_figures.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("what is left alone is counted by noun and verb, and none is a figure, too") {
  set_aside_operations left;
  metrics::exposition none;
  metrics::write_set_aside(none, left);
  CHECK_THAT(none.text(), Catch::Contains("# TYPE deployment_manager_operations_set_aside gauge"));
  CHECK_THAT(none.text(), !Catch::Contains("{noun"));
  for (const char* name : {"one", "two"}) {
    operation_record operation;
    operation.id = name;
    operation.noun = "application";
    operation.name = name;
    operation.verb = "rescale";
    left.add(operation, "x");
  }
  metrics::exposition two;
  metrics::write_set_aside(two, left);
  CHECK_THAT(
      two.text(),
      Catch::Contains(
          R"(deployment_manager_operations_set_aside{noun="application",verb="rescale"} 2)"));
}
