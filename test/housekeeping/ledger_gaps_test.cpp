// Records without savepoints, and directories without records.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

TEST_CASE("the record of a pinned savepoint stays though its files are gone (INV-3)") {
  planted p;
  const auto epoch = p.d.play_stopped_run();
  p.d.put_savepoint("sp-1", epoch);
  cluster::hdfs hdfs = p.d.session().hdfs_for(p.d.data.user);
  state::savepoint_ledger ledger(hdfs, p.d.state_directory());
  state::pin_record pin;
  pin.user = "ada";
  REQUIRE(ledger.pin({}, "sp-1", pin));
  p.d.name_node.files().remove(p.d.state_directory() + "/savepoints/sp-1", true);
  const auto reply = p.clean({kind::ledger_without_files});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(p.d.name_node.files().exists(p.d.state_directory() + "/savepoints/sp-1.result.json"));
}

TEST_CASE("a savepoint whose files are there, and one that is being taken, are no leftovers") {
  planted p;
  const auto epoch = p.d.play_stopped_run();
  p.d.put_savepoint("sp-1", epoch);
  cluster::hdfs hdfs = p.d.session().hdfs_for(p.d.data.user);
  state::savepoint_ledger ledger(hdfs, p.d.state_directory());
  state::requested_record requested;
  requested.operation = "sp-2";
  requested.epoch = epoch;
  requested.job_id = p.d.job_manager.job().id;
  requested.directory = ledger.operation_directory("sp-2");
  requested.requested_at = io::now();
  REQUIRE(ledger.write_requested({}, requested));
  p.put_directory(ledger.operation_directory("sp-2"), 100);
  CHECK(p.inspect({kind::ledger_without_files, kind::files_without_ledger}).entries.empty());
}

TEST_CASE("a NameNode that cannot say whether a savepoint is there is no proof (INV-10)") {
  planted p;
  const auto epoch = p.d.play_stopped_run();
  p.d.put_savepoint("sp-1", epoch);
  p.d.name_node.files().remove(p.d.state_directory() + "/savepoints/sp-1", true);
  p.d.name_node.server().disturb(
      [](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.argument("op") != "GETFILESTATUS" ||
            asked.path.find("/savepoints/sp-1") == std::string::npos)
          return std::nullopt;
        fake::disturbance broken;
        broken.what = fake::disturbance::kind::replace;
        broken.instead = fake::json(403, R"({"RemoteException":{"exception":"RetriableException",)"
                                         R"("javaClassName":"x","message":"later"}})");
        return broken;
      });
  const auto reply = p.clean({kind::ledger_without_files});
  p.d.name_node.server().disturb(nullptr);
  CHECK(reply.entries.empty());
  CHECK_FALSE(reply.withheld.empty());
  CHECK(p.d.name_node.files().exists(p.d.state_directory() + "/savepoints/sp-1.result.json"));
}

TEST_CASE("a copy of a savepoint, under any name and at any depth, is told and never cleaned") {
  planted p;
  const std::string place = p.d.state_directory() + "/savepoints/";
  for (const char* path : {"copies/of-may/it", "kept/it"}) {
    p.put(place + path + "/_metadata", 100);
    for (std::string above = path;; above.resize(above.rfind('/'))) {
      p.d.name_node.files().set_modified(place + above, 1);
      if (above.find('/') == std::string::npos) break;
    }
  }
  p.put_directory(place + "empty", 100);
  const auto reply = p.clean({kind::files_without_ledger});
  CHECK(planted::paths_of(reply) ==
        std::set<std::string>{place + "copies", place + "empty", place + "kept"});
  for (const auto& one : reply.entries) CHECK(one.cleanable == one.path.ends_with("/empty"));
  CHECK(p.d.name_node.files().exists(place + "copies/of-may/it/_metadata"));
  CHECK(p.d.name_node.files().exists(place + "kept/it/_metadata"));
  CHECK_FALSE(p.d.name_node.files().exists(place + "empty"));
}
