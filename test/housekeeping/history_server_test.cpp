// Whether the history server forgets.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

TEST_CASE("a history server that does not forget is told, one that does is not") {
  planted p;
  p.settings.history_server = "http://history:8082";
  const std::string file = p.d.edge.flink_home() + "/conf/flink-conf.yaml";
  test::write_text(file, "historyserver.archive.clean-expired-jobs: false\n");
  const auto reply = p.inspect({kind::history_server});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(reply.entries.front().path == file);
  test::write_text(file, "historyserver.archive.clean-expired-jobs: true\n");
  CHECK(p.inspect({kind::history_server}).entries.empty());
  test::write_text(p.d.edge.flink_home() + "/conf/config.yaml",
                   "historyserver:\n  archive:\n    clean-expired-jobs: true\n");
  CHECK(p.inspect({kind::history_server}).entries.empty());
  p.settings.history_server.clear();
  test::write_text(file, "");
  CHECK(p.inspect({kind::history_server}).entries.empty());
}
