// /environment/endpoints, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

TEST_CASE("the environment is shown without its secrets") {
  manager_test::manager_fixture dm;
  dm.configure_environment("webhdfs_host", "namenode");
  dm.configure_environment("opentsdb", "http://user:pass@host:4242");
  dm.configure_environment("cluster_private_key", "/root/key");
  dm.configure_environment("cluster_key_file", "/root/V1");
  dm.configure_environment("db_pass", "V2");
  dm.configure_environment("mysql", "jdbc:mysql://db/x?user=me&password=V3");
  dm.configure_environment("brokers", "sasl://u:V4@h1,sasl://u2:V5@h2");
  dm.configure_environment("partition_key", "user_id");
  dm.start();
  const auto shown = dm.get("/environment/endpoints");
  CHECK(shown.status == 200);
  CHECK(shown.text("namespace") == "test");
  CHECK(shown.text("webhdfs_host") == "namenode");
  CHECK(shown.text("opentsdb") == "http://***@host:4242");
  CHECK(shown.body.find("hush") == std::string::npos);
  CHECK(shown.body.find("private_key") == std::string::npos);
  for (const char* secret : {"V1", "V2", "V3", "V4", "V5", "key_file", "db_pass"}) {
    INFO(secret);
    CHECK(shown.body.find(secret) == std::string::npos);
  }
  CHECK(shown.text("mysql") == "jdbc:mysql://db/x?user=me&password=***");
  CHECK(shown.text("brokers") == "sasl://***@h1,sasl://***@h2");
  CHECK(shown.text("partition_key") == "user_id");
}
