// HDFS's NameNodes: one, a pair, in safe mode.
// SPDX-License-Identifier: Apache-2.0
#include "health/name_node_probe.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"
#include "looking.h"

using namespace dm::health;
using dm::test::look;
using dm::test::number;
using dm::test::tells;

namespace {

struct pair {
  std::shared_ptr<dm::fake::hdfs_files> files = std::make_shared<dm::fake::hdfs_files>();
  dm::fake::name_node first{files};
  dm::fake::name_node second{files};
  dm::io::http_client http;

  pair() { first.set_standby(true); }
  finding looked() {
    name_node_probe probe(http, {first.address(), second.address()}, "pnda",
                          std::chrono::seconds(20));
    return look(http, probe);
  }
};

}  // namespace

TEST_CASE("a pair of which one serves is OK, and its DataNodes are counted") {
  pair both;
  const finding found = both.looked();
  CHECK(found.severity() == level::ok);
  CHECK(number(found, "flink.name_node_available_success") == 1);
  CHECK(number(found, "flink.data_nodes_count") == 1);
}

TEST_CASE("safe mode and no DataNode are an ERROR") {
  pair both;
  both.second.set_safe_mode(true);
  CHECK(tells(both.looked(), level::error, "safe mode"));
  both.second.set_safe_mode(false);
  both.second.set_live_data_nodes(0);
  CHECK(tells(both.looked(), level::error, "no DataNode"));
}

TEST_CASE("safe mode that could not be told is a WARN, whatever else works") {
  pair both;
  both.second.server().disturb(
      [](const dm::fake::request& asked) -> std::optional<dm::fake::disturbance> {
        if (asked.path != "/jmx") return std::nullopt;
        dm::fake::disturbance no;
        no.what = dm::fake::disturbance::kind::replace;
        no.instead = dm::fake::text(403, "no", "text/html");
        return no;
      });
  const finding found = both.looked();
  CHECK(tells(found, level::warn, "whether HDFS is in safe mode could not be told"));
  CHECK(found.severity() == level::warn);
}

TEST_CASE("the standby away is a WARN, both standby or away an ERROR") {
  pair both;
  both.first.server().stop();
  CHECK(tells(both.looked(), level::warn, "could not take over"));
  both.first.server().start();
  both.second.set_standby(true);
  CHECK(tells(both.looked(), level::error, "no NameNode is active"));
  both.first.server().stop();
  both.second.server().stop();
  const finding found = both.looked();
  CHECK(found.severity() == level::error);
  CHECK(number(found, "flink.name_node_available_success") == 0);
  CHECK(number(found, "flink.name_node_available_ms") == -1);
}
