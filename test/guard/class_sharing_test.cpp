// The guard looking whether the JVMs of its application use class data.
// SPDX-License-Identifier: Apache-2.0
#include "guard/class_sharing.h"

#include <catch2/catch.hpp>

#include "fake/node_manager.h"
#include "surroundings.h"

using dm::guard::class_sharing;
using dm::test::file_content;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string shares = "OpenJDK 64-Bit Server VM (build 17.0.15+6, mixed mode, sharing)\n";
const std::string alone = "OpenJDK 64-Bit Server VM (build 11.0.2+9, mixed mode)\n";

struct world {
  dm::test::temporary_directory directory;
  fake::node_manager node;
  io::http_client http;
  dm::guard::guard_log log{directory.path()};
  dm::cluster::yarn_application application;
  dm::component::log_record incarnation;
  std::vector<dm::cluster::container_place> running;

  world() {
    REQUIRE(log.open());
    application.id = "application_1_0001";
    application.user = "pnda";
    incarnation.class_data = "/libs/x-classes-1";
    for (const int number : {1, 2}) {
      dm::cluster::container_place place;
      place.id = "container_1_0001_01_00000" + std::to_string(number);
      place.node = node.address();
      running.push_back(place);
    }
  }
  void write(const std::string& master, const std::string& worker) {
    node.write(running[0].id, "jobmanager.err", master);
    node.write(running[1].id, "taskmanager.err", worker);
  }
  // By a guard that has just come: each look of one is seconds apart.
  void look() { class_sharing(http, log).look({}, application, incarnation, running); }
  std::string told() const { return file_content(directory / "guard.log"); }
  bool tells(const std::string& text) const {
    CAPTURE(told(), text);
    return told().find(text) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("each JVM that uses class data is told") {
  world w;
  w.write(shares, "SLF4J: x\n" + shares);
  w.look();
  CHECK(
      w.tells("INFO epoch=- application=- the JobManager container_1_0001_01_000001 uses class "
              "data (JVM 17.0.15+6)"));
  CHECK(w.tells("the TaskManager container_1_0001_01_000002 uses class data (JVM 17.0.15+6)"));
}

TEST_CASE("one that does not is a warning with its build and its node") {
  world w;
  w.write(shares, alone);
  w.look();
  CHECK(w.tells("WARNING epoch=- application=- the TaskManager container_1_0001_01_000002 on " +
                w.node.address() +
                " does not use hdfs:/libs/x-classes-1: its JVM, 11.0.2+9, has refused it"));
}

TEST_CASE("a JVM that has said nothing yet, and a node that does not answer, are no answers") {
  world w;
  SECTION("no file") {}
  SECTION("another line") { w.write("SLF4J: x\n", ""); }
  SECTION("nobody there") { w.node.server().stop(); }
  SECTION("a node that is not known") {
    for (auto& one : w.running) one.node.clear();
  }
  w.look();
  CHECK(w.told().empty());
}

TEST_CASE("a container is asked once, and between two rounds nobody") {
  world w;
  w.write(shares, shares);
  class_sharing sharing(w.http, w.log);
  for (int i = 0; i < 3; ++i) sharing.look({}, w.application, w.incarnation, w.running);
  CHECK(w.node.server().request_count() == 2);
}
