// Requests to plugins.
// SPDX-License-Identifier: Apache-2.0
#include "application/component_request.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("names and data as the contract's documents have them") {
  component_record component{"app", 0, "flink", "main", R"({"x":1})", "{}", "STOPPED"};
  CHECK(json::to_text(component_request("pnda", component)) ==
        R"({"schema":1,"namespace":"pnda","application":"app","component":"main","data":{"x":1}})");
  component.data.reset();
  CHECK(
      json::to_text(status_request("pnda", {&component}, true)) ==
      R"({"schema":1,"components":[{"namespace":"pnda","application":"app","component":"main"}],"detail":true})");
  CHECK(
      json::to_text(validate_request("package", "pnda", "main", json::make_object())) ==
      R"({"schema":1,"scope":"package","online":false,"namespace":"pnda","component":"main","properties":{}})");
}
