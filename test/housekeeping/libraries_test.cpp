// Versions of libraries that nobody uses.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "component/component_log.h"
#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

TEST_CASE("a version that a component or a setting names stays, and so does the newest") {
  planted p;
  p.settings.library_directory = "/pnda/lib/beam";
  for (const auto& [version, days] : {std::pair("1.0", 400), std::pair("1.0.1", 390),
                                      std::pair("1.1", 300), std::pair("1.2", 200)})
    p.put_directory(std::string("/pnda/lib/beam/") + version, days);
  p.settings.flink_configuration.emplace_back(
      "yarn.provided.lib.dirs", "hdfs:///pnda/lib/beam/1.0;hdfs:///pnda/lib/beam/1.2");
  auto reply = p.inspect({kind::library});
  CHECK(planted::paths_of(reply) ==
        std::set<std::string>{"/pnda/lib/beam/1.0.1", "/pnda/lib/beam/1.1"});
  p.settings.flink_configuration.back().second = "hdfs:///pnda/lib/beam";
  CHECK(p.inspect({kind::library}).entries.empty());
}

TEST_CASE("where a component is of another node, or its guard.json cannot be read, none goes") {
  planted p;
  p.settings.library_directory = "/pnda/lib/beam";
  p.put_directory("/pnda/lib/beam/1.0", 400);
  p.put_directory("/pnda/lib/beam/1.1", 300);
  SECTION("another node") {
    input::component_data elsewhere = p.d.data;
    elsewhere.name.component = "elsewhere";
    elsewhere.id = component::component_id(elsewhere.name);
    elsewhere.node = "edge2";
    p.records.push_back({elsewhere.name, elsewhere});
  }
  SECTION("not readable") { test::write_text(p.d.data.directory + "/guard.json", "{"); }
  const auto reply = p.clean({kind::library});
  CHECK(reply.entries.empty());
  CHECK(reply.withheld.size() == 1);
  CHECK(p.d.name_node.files().exists("/pnda/lib/beam/1.0"));
}

TEST_CASE("a version that Flink's configuration names stays, and all do below one that it names") {
  planted p;
  p.settings.library_directory = "/pnda/lib/beam";
  p.put_directory("/pnda/lib/beam/1.0", 400);
  p.put_directory("/pnda/lib/beam/1.1", 300);
  p.put_directory("/pnda/lib/beam/1.2", 200);
  const std::string file = p.d.edge.flink_home() + "/conf/flink-conf.yaml";
  test::write_text(file, "yarn.provided.lib.dirs: hdfs:///pnda/lib/beam/1.0\n");
  CHECK(planted::paths_of(p.inspect({kind::library})) ==
        std::set<std::string>{"/pnda/lib/beam/1.1"});
  test::write_text(file, "yarn.provided.lib.dirs: hdfs:///pnda/lib;hdfs:///other\n");
  CHECK(p.inspect({kind::library}).entries.empty());
}

TEST_CASE("what is another node's, or whose record is lost, uses a library until it is destroyed") {
  planted p;
  p.settings.library_directory = "/pnda/lib/beam";
  p.put_directory("/pnda/lib/beam/1.0", 400);
  p.put_directory("/pnda/lib/beam/1.1", 300);
  input::component_data elsewhere = p.d.data;
  elsewhere.name.component = "elsewhere";
  elsewhere.id = component::component_id(elsewhere.name);
  p.append_run(elsewhere);
  auto reply = p.clean({kind::library});
  CHECK(reply.entries.empty());
  CHECK(reply.withheld.size() == 1);
  CHECK(p.d.name_node.files().exists("/pnda/lib/beam/1.0"));
  cluster::hdfs hdfs = p.d.session().hdfs_for(elsewhere.user);
  component::component_log log(hdfs,
                               component::hdfs_directory(elsewhere.state_root, elsewhere.name));
  const auto seen = log.read_newest({});
  REQUIRE(seen);
  component::log_record record;
  record.kind = component::record_kind::stop;
  record.stop_cause = component::destroyed;
  REQUIRE(log.claim({}, record, seen->newest_number()));
  reply = p.clean({kind::library});
  CHECK(reply.withheld.empty());
  CHECK_FALSE(p.d.name_node.files().exists("/pnda/lib/beam/1.0"));
}
