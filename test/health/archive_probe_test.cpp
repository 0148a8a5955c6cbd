// How many files the archive has.
// SPDX-License-Identifier: Apache-2.0
#include "health/archive_probe.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"
#include "looking.h"

using namespace dm::health;
using dm::test::look;
using dm::test::tells;

namespace {

const std::string place = "hdfs:///flink/completed-jobs";

std::string file(int number) { return "/flink/completed-jobs/" + std::to_string(number); }

}  // namespace

TEST_CASE("HDFS counts, the active NameNode answers, with one answer of each") {
  const auto files = std::make_shared<dm::fake::hdfs_files>();
  dm::fake::name_node first(files);
  dm::fake::name_node second(files);
  for (int i = 0; i < 25; ++i) files->put(file(i), "x");
  const bool swap = GENERATE(false, true);
  (swap ? first : second).set_standby(true);
  dm::io::http_client http;
  archive_probe probe(http, place, {first.address(), second.address()}, "pnda");
  const finding found = look(http, probe);
  CHECK(found.severity() == level::ok);
  CHECK(probe.files() == 25);
  CHECK(first.server().request_count() + second.server().request_count() == 2);
}

TEST_CASE("an archive that is not there is told; one that could not be looked at is not counted") {
  dm::fake::name_node node;
  dm::io::http_client http;
  archive_probe missing(http, place, {node.address()}, "pnda");
  CHECK(tells(look(http, missing), level::warn, "is not there"));
  CHECK(missing.files() == 0);
  node.set_standby(true);
  archive_probe standby(http, place, {node.address()}, "pnda");
  CHECK(tells(look(http, standby), level::warn, "could not be told"));
  CHECK_FALSE(standby.files().has_value());
  node.server().stop();
  archive_probe away(http, place, {node.address()}, "pnda");
  CHECK(look(http, away).severity() == level::warn);
  CHECK_FALSE(away.files().has_value());
}

TEST_CASE("a directory of this machine is counted without asking anybody") {
  const dm::test::temporary_directory here;
  std::filesystem::create_directory(here / "jobs");
  for (int i = 0; i < 5; ++i) std::ofstream(here / ("jobs/" + std::to_string(i))) << "x";
  dm::io::http_client http;
  archive_probe probe(http, "file://" + here.path(), {}, "pnda");
  CHECK(look(http, probe).severity() == level::ok);
  CHECK(probe.files() == 5);
  archive_probe missing(http, "file://" + here.path() + "/none", {}, "pnda");
  CHECK(look(http, missing).severity() == level::warn);
  CHECK_FALSE(missing.files().has_value());
}
