// /environment/endpoints, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

TEST_CASE("the environment is shown without its secrets") {
  manager_test::manager_fixture dm;
  dm.configure_environment("webhdfs_host", "namenode");
  dm.configure_environment("opentsdb", "http://user:pass@host:4242");
  dm.configure_environment("cluster_private_key", "/root/key");
  dm.start();
  const auto shown = dm.get("/environment/endpoints");
  CHECK(shown.status == 200);
  CHECK(shown.text("namespace") == "test");
  CHECK(shown.text("webhdfs_host") == "namenode");
  CHECK(shown.text("opentsdb") == "http://***@host:4242");
  CHECK(shown.body.find("hush") == std::string::npos);
  CHECK(shown.body.find("private_key") == std::string::npos);
}
