// What Flink leaves of an application on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/staging.h"

#include <catch2/catch.hpp>

#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using dm::test::deployment;
namespace io = dm::io;

TEST_CASE("staging directories of the log's applications are removed, and no others") {
  deployment d;
  const std::string base = "/user/" + d.data.user + "/.flink/";
  d.name_node.files().put(base + "application_1_0001/app.jar", "x");
  d.name_node.files().put(base + "application_1_0002/app.jar", "x");
  dm::component::log_snapshot log;
  log.applications[2].application_id = "application_1_0001";
  log.applications[3].application_id = "application_1_0009";  // not there: fine
  remove_staging(d.session(), io::operation::within(std::chrono::seconds(10)), d.data, log);
  CHECK_FALSE(d.name_node.files().exists(base + "application_1_0001"));
  CHECK(d.name_node.files().exists(base + "application_1_0002"));
}

TEST_CASE("an application id that is none does not lead out of the staging directory (INV-8)") {
  deployment d;
  const std::string base = "/user/" + d.data.user + "/";
  d.name_node.files().put(base + ".flink/application_1_0001/x", "x");
  d.name_node.files().put(base + "precious", "x");
  dm::component::log_snapshot log;
  log.applications[2].application_id = "..";
  log.applications[3].application_id = "";
  log.applications[4].application_id = "application_1_0001/../../precious";
  log.applications[5].application_id = "application_1_0001/x";
  remove_staging(d.session(), io::operation::within(std::chrono::seconds(10)), d.data, log);
  CHECK(d.name_node.files().exists(base + "precious"));
  CHECK(d.name_node.files().exists(base + ".flink/application_1_0001/x"));
}
