// Archives of ended jobs, by age and number.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

namespace {
std::string job(int number) { return fmt::format("{:032x}", number); }
}  // namespace

TEST_CASE(
    "beyond the number that is kept the oldest archives of a component go, whatever their age") {
  planted p;
  const std::string archive = p.d.state_directory() + "/archive/";
  for (int i = 1; i <= 6; ++i) p.put(archive + job(i), i);
  auto request = p.request({kind::archived_job});
  request.archives_kept = 4;
  const auto reply = housekeeping::inspect(p.session(), {}, request);
  CHECK(planted::paths_of(reply) == std::set<std::string>{archive + job(5), archive + job(6)});
  request.archives_kept = 0;
  CHECK(housekeeping::inspect(p.session(), {}, request).entries.size() == 6);
}

TEST_CASE("the archive of a component's newest job stays, and so does what is no archive") {
  planted p;
  p.settings.history_archive_dir = "hdfs:///pnda/archive";
  p.d.play_stopped_run();
  const std::string newest = p.d.job_manager.job().id;
  REQUIRE(newest.size() == 32);
  p.put(p.d.state_directory() + "/archive/" + newest, 100);
  p.put("/pnda/archive/" + newest, 100);
  p.put("/pnda/archive/README", 100);
  p.put("/pnda/archive/" + job(7) + ".tmp", 100);
  p.put_directory("/pnda/archive/" + job(8), 100);
  p.put("/pnda/archive/" + job(9), 100, "somebody");
  const auto reply = p.clean({kind::archived_job});
  CHECK(planted::paths_of(reply) == std::set<std::string>{"/pnda/archive/" + job(9)});
  CHECK(p.d.name_node.files().exists("/pnda/archive/" + newest));
}

TEST_CASE(
    "an archive on a file system that may be another one is not looked at, and that is told") {
  planted p;
  p.settings.history_archive_dir = "hdfs://elsewhere/pnda/archive";
  p.put("/pnda/archive/" + job(1), 100);
  const auto reply = p.inspect({kind::archived_job});
  CHECK(reply.entries.empty());
  REQUIRE(reply.withheld.size() == 1);
  CHECK(reply.withheld.front().because.find("elsewhere") != std::string::npos);
}

TEST_CASE("an archive of many pages is walked, and more than a thousand are told as more") {
  planted p;
  p.d.name_node.set_page_size(50);
  for (int i = 1; i <= 1010; ++i) p.put(p.d.state_directory() + "/archive/" + job(i), 40);
  const auto reply = p.inspect({kind::archived_job});
  CHECK(reply.entries.size() == 1000);
  CHECK(reply.more == std::vector{kind::archived_job});
}
