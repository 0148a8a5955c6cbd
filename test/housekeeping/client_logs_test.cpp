// Logs of incarnations that are gone.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

#include <filesystem>

TEST_CASE("links and directories in the place of a log are left, and what they lead to stays") {
  planted p;
  for (int i = 0; i < 3; ++i) p.d.play_stopped_run();
  const std::string logs = p.d.data.directory + "/logs/";
  test::write_text(p.d.edge.path() + "/precious", "x");
  std::filesystem::create_symlink(p.d.edge.path() + "/precious", logs + "client-1.log");
  p.make_old(logs + "client-1.log", 100);
  test::write_text(logs + "client-2.log/file", "x");
  p.make_old(logs + "client-2.log", 100);
  p.put_local(logs + "flink-epoch-1-client-edge1.log", 100);
  p.put_local(logs + "user.log", 100);
  const auto reply = p.clean({kind::client_log});
  CHECK(planted::paths_of(reply) == std::set<std::string>{logs + "flink-epoch-1-client-edge1.log"});
  CHECK(test::exists(logs + "client-1.log"));
  CHECK(test::exists(p.d.edge.path() + "/precious"));
  CHECK(test::exists(logs + "user.log"));
}

TEST_CASE("which incarnation is the newest only the log tells: where it is silent all logs stay") {
  planted p;
  p.d.play_stopped_run();
  p.put_local(p.d.data.directory + "/logs/client-1.log", 100);
  p.d.name_node.server().stop();
  const auto reply = p.clean({kind::client_log});
  CHECK(reply.entries.empty());
  CHECK_FALSE(reply.withheld.empty());
  CHECK(test::exists(p.d.data.directory + "/logs/client-1.log"));
}
