// One component as one operation sees it.
// SPDX-License-Identifier: Apache-2.0
#include "context/component_view.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"

using namespace dm::context;
using dm::component::log_record;
namespace component = dm::component;
namespace io = dm::io;

TEST_CASE("log and ledger are of the component's directory, and what was read is not read again") {
  dm::fake::name_node node;
  node.files().make_directories("/state", "hdfs", "1777");
  dm::input::settings settings;
  settings.node = "edge1";
  settings.name_nodes = settings.resource_managers = {node.address()};
  session session(settings);
  dm::input::component_data data;
  data.name = {"prod", "app", "job"};
  data.user = "pnda";
  data.node = "edge1";
  data.state_root = "/state";
  const io::operation op = io::operation::within(std::chrono::minutes(2));

  component_view writer(session, data);
  CHECK(writer.local());
  CHECK(writer.directory() == "/state/prod/app/job");
  CHECK(writer.ledger().savepoints_directory() == "/state/prod/app/job/savepoints");
  REQUIRE(writer.log().prepare(op, data.state_root));
  log_record run;
  REQUIRE(writer.log().claim(op, run, 0));

  data.node = "edge2";
  component_view view(session, data);
  CHECK_FALSE(view.local());
  REQUIRE(view.log().read(op));
  node.server().forget_requests();
  const auto again = view.log().read(op);
  REQUIRE(again);
  CHECK(again->wanted());
  CHECK(node.server().request_count() == 1);  // a listing
}
