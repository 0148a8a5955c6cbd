// Which containers an application had, as it stands on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "component/container_record.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"

using namespace dm::component;
using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

container_record record_of(std::uint64_t epoch, int containers) {
  container_record record;
  record.epoch = epoch;
  record.application_id = "application_1_0007";
  for (int i = 1; i <= containers; ++i)
    record.add({{"container_1_0007_01_" + std::to_string(1'000'000 + i).substr(1), "http://n:8042",
                 true, "n:45454"}});
  return record;
}

}  // namespace

TEST_CASE("a record is read as it was written, by whoever comes later") {
  const auto read = read_container_record(to_json(record_of(3, 2)), 3);
  REQUIRE(read);
  CHECK(read->application_id == "application_1_0007");
  REQUIRE(read->containers.size() == 2);
  CHECK(read->containers.back().node_id == "n:45454");
  CHECK_FALSE(read->containers.back().living);
}

TEST_CASE(
    "a record leads to no other application, and a damaged or later one is none (INV-8, D-59)") {
  const auto foreign = read_container_record(
      R"({"schema":1,"application_id":"application_1_0007","containers":[{"id":"container_1_0008_01_000001","node_id":"n:1"},{"id":"../x","node_id":"n:1"},{"id":"container_1_0007_01_000001"}]})",
      3);
  REQUIRE(foreign);
  CHECK(foreign->containers.empty());
  // Nor to a server that is none of YARN's: an address is not read.
  const auto elsewhere = read_container_record(
      R"({"schema":1,"application_id":"application_1_0007","containers":[{"id":"container_1_0007_01_000001","node":"http://evil:1","node_id":"n:1"}]})",
      3);
  REQUIRE(elsewhere);
  REQUIRE(elsewhere->containers.size() == 1);
  CHECK(elsewhere->containers[0].node.empty());
  CHECK(read_container_record("{", 3).error().code == status_code::internal);
  CHECK(read_container_record(R"({"schema":2})", 3).error().code ==
        status_code::failed_precondition);
  CHECK_FALSE(read_container_record(R"({"schema":1,"application_id":"x","containers":[]})", 3));
}

TEST_CASE("the number of containers and of records is bounded (INV-12)") {
  const container_record many = record_of(1, 500);
  CHECK(many.containers.size() == 200);
  CHECK(many.containers.front().id.ends_with("_000001"));
  CHECK(many.containers.back().id.ends_with("_000500"));
  // More that run at once than there is room for: once written they are no news.
  std::vector<dm::cluster::container_place> running;
  for (int i = 1; i <= 250; ++i) {
    running.push_back({"container_1_0007_01_" + std::to_string(1'000'000 + i).substr(1),
                       "http://n:8042", true, "n:45454"});
  }
  container_record large = record_of(1, 1);
  CHECK(large.add(running));
  CHECK(large.containers.size() == 200);
  CHECK_FALSE(large.add(running));
  running.erase(running.begin() + 1);
  CHECK(large.add(running));
  CHECK(large.containers.back().id.ends_with("_000201"));
  auto files = std::make_shared<fake::hdfs_files>();
  fake::name_node name_node{files};
  io::http_client http;
  dm::cluster::hdfs hdfs(http, {name_node.address()}, "pnda");
  for (std::uint64_t epoch = 1; epoch <= 25; ++epoch)
    REQUIRE(write_containers({}, hdfs, "/c", record_of(epoch, 1), true));
  CHECK(files->names("/c/containers").size() == 20);
  CHECK(read_containers({}, hdfs, "/c", 25));
  CHECK(read_containers({}, hdfs, "/c", 5).error().code == status_code::not_found);
}
