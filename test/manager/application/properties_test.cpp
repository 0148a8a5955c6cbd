// The property map and its order.
// SPDX-License-Identifier: Apache-2.0
#include "application/properties.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("later entries win in the place of earlier ones, fixed names always") {
  const auto environment = json::parse_or_throw(R"({"namespace":"pnda","port":1})", "test");
  const auto defaults = json::parse_or_throw(R"({"a":1,"b":"x","name":"mine"})", "test");
  const auto overrides =
      json::parse_or_throw(R"({"b":"y","application":"other","c":true})", "test");
  const auto map =
      application_properties(environment, defaults, &overrides, {"app", "comp", "daemon"});
  CHECK(json::to_text(map) ==
        R"({"environment_namespace":"pnda","environment_port":1,)"
        R"("component_a":1,"component_b":"y","component_name":"comp",)"
        R"("component_application":"app","component_c":true,"component_job_name":"app-comp-job",)"
        R"("application_hdfs_root":"/pnda/system/deployment-manager/applications/daemon/app",)"
        R"("component_hdfs_root":"/pnda/system/deployment-manager/applications/daemon/app/comp",)"
        R"("application_user":"daemon"})");
}

TEST_CASE("at deploy only the environment and the package are known") {
  const auto map = package_properties(json::parse_or_throw(R"({"namespace":"pnda"})", "test"),
                                      json::parse_or_throw(R"({"a":1})", "test"));
  CHECK(json::to_text(map) == R"({"environment_namespace":"pnda","component_a":1})");
}
