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
using dm::test::require_good;
namespace io = dm::io;

TEST_CASE("the staging directory of the application is removed, and no other") {
  deployment d;
  const std::string base = "/user/" + d.data.user + "/.flink/";
  d.name_node.files().put(base + "application_1_0001/app.jar", "x");
  d.name_node.files().put(base + "application_1_0002/app.jar", "x");
  const auto op = io::operation::within(std::chrono::seconds(10));
  component_view view(d.session(), d.data);
  remove_staging(view, op, "application_1_0001");
  remove_staging(view, op, "application_1_0009");  // not there: fine
  CHECK_FALSE(d.name_node.files().exists(base + "application_1_0001"));
  CHECK(d.name_node.files().exists(base + "application_1_0002"));
}

TEST_CASE("an application id that is none does not lead out of the staging directory (INV-8)") {
  deployment d;
  const std::string base = "/user/" + d.data.user + "/";
  d.name_node.files().put(base + ".flink/application_1_0001/x", "x");
  d.name_node.files().put(base + "precious", "x");
  component_view view(d.session(), d.data);
  for (const char* id : {"..", "", "application_1_0001/../../precious", "application_1_0001/x"})
    remove_staging(view, io::operation::within(std::chrono::seconds(10)), id);
  CHECK(d.name_node.files().exists(base + "precious"));
  CHECK(d.name_node.files().exists(base + ".flink/application_1_0001/x"));
}

TEST_CASE("a stop asks HDFS to delete one staging directory, however often the job has run") {
  deployment d;
  for (int i = 0; i < 3; ++i) d.play_stopped_run();
  d.run();
  d.name_node.server().forget_requests();
  stop_request request;
  request.data = d.data;
  request.savepoint = false;
  require_good(stop(d.session(), io::operation::within(std::chrono::seconds(30)), request));
  int deleted = 0;
  for (const auto& asked : d.name_node.server().requests())
    deleted += asked.method == "DELETE" && asked.path.find("/.flink/") != std::string::npos;
  CHECK(deleted == 1);
}
