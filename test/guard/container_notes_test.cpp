// The guard noting which containers its application has.
// SPDX-License-Identifier: Apache-2.0
#include "guard/container_notes.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"
#include "fake/resource_manager.h"

using namespace dm::guard;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string directory = "/state/prod/app/stream";

struct world {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node name_node{files};
  fake::resource_manager manager;
  io::http_client http;
  dm::cluster::hdfs hdfs{http, {name_node.address()}, "pnda"};
  dm::cluster::resource_manager yarn{http, {manager.address()}, "pnda"};
  std::string id = manager.cluster().submit({});
  dm::cluster::yarn_application application;

  world() {
    application.id = id;
    application.am_container_logs =
        "http://node1:8042/node/containerlogs/" + container(1) + "/pnda";
    run({1, 2});
  }
  std::string container(int number) const {
    return "container_" + id.substr(12) + "_01_00000" + std::to_string(number);
  }
  void run(const std::vector<int>& numbers) {
    manager.cluster().change(id, [&](fake::yarn_application& one) {
      one.containers.clear();
      for (const int number : numbers)
        one.containers.emplace_back(container(number), "http://node1:8042");
    });
    application.running_containers = static_cast<std::int64_t>(numbers.size());
  }
  std::size_t recorded(std::uint64_t epoch = 3) {
    const auto record = dm::component::read_containers({}, hdfs, directory, epoch);
    return record ? record->containers.size() : 0;
  }
};

}  // namespace

TEST_CASE("containers are recorded when there are others, and kept when they end") {
  world w;
  container_notes notes(w.hdfs, w.yarn, directory);
  REQUIRE(notes.look({}, 3, w.application));
  CHECK(w.recorded() == 2);
  w.manager.server().forget_requests();
  REQUIRE(notes.look({}, 3, w.application));
  CHECK(w.manager.server().request_count() == 0);
  w.run({1});
  REQUIRE(notes.look({}, 3, w.application));
  w.run({1, 3});
  REQUIRE(notes.look({}, 3, w.application));
  CHECK(w.recorded() == 3);
}

TEST_CASE("another guard goes on with what the one before it has recorded") {
  world w;
  REQUIRE(container_notes(w.hdfs, w.yarn, directory).look({}, 3, w.application));
  w.run({1, 4});
  REQUIRE(container_notes(w.hdfs, w.yarn, directory).look({}, 3, w.application));
  CHECK(w.recorded() == 3);
}

TEST_CASE("what cannot be told is told, and nothing else comes of it") {
  world w;
  container_notes notes(w.hdfs, w.yarn, directory);
  w.name_node.server().stop();
  CHECK_FALSE(notes.look({}, 3, w.application));
  w.application.am_container_logs.clear();
  container_notes others(w.hdfs, w.yarn, directory);
  CHECK(others.look({}, 3, w.application));
}
