// Logs that NodeManagers have put on HDFS, found and read by WebHDFS.
#include "cluster/aggregated_log.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

#include "fake/name_node.h"
#include "fake/resource_manager.h"

using namespace dm::cluster;
using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string application = "application_1795438290778_0007";
const std::string container = "container_1795438290778_0007_01_000001";

struct world {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node name_node{files};
  fake::resource_manager manager;
  io::http_client http;
  hdfs client{http, {name_node.address()}, "pnda"};
  resource_manager yarn{http, {manager.address()}, "pnda"};
  aggregated_logs logs{client, yarn};

  void put(const std::string& directory, const std::string& node = "node1_45454") {
    files->put(directory + "/" + application + "/" + node, content());
  }
  std::string content() {
    std::ifstream in(std::string(DM_TFILES) + "/aggregated.tfile", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void configure(const std::string& root) {
    manager.cluster().configure("yarn.nodemanager.remote-app-log-dir", root);
  }
};

}  // namespace

TEST_CASE("aggregated logs are found where each Hadoop puts them") {
  for (const char* directory : {"/yarn/logs/pnda/bucket-logs-tfile/0007",
                                "/yarn/logs/pnda/logs-tfile", "/yarn/logs/pnda/logs"}) {
    INFO(directory);
    world w;
    w.configure("hdfs://cluster/yarn/logs");
    w.put(directory);
    const auto listed = w.logs.list({}, "pnda", application);
    REQUIRE(listed);
    CHECK(listed->size() == 6);
    const auto end = w.logs.read({}, "pnda", container, "jobmanager.log", -10, 100);
    REQUIRE(end);
    CHECK(end->bytes.size() == 10);
    CHECK(end->offset == 2580);
    CHECK(end->whole);
    const auto begin = w.logs.read({}, "pnda", container, "jobmanager.log", 0, 23);
    REQUIRE(begin);
    CHECK(begin->bytes == "2026-11-27 01:00:00,000");
    CHECK_FALSE(begin->whole);
    CHECK(w.logs.read({}, "pnda", container, "no.log", 0, 10).error().code ==
          status_code::not_found);
  }
}

TEST_CASE("what is not known of aggregated logs is not taken for none") {
  world w;
  CHECK(w.logs.list({}, "pnda", application).error().code == status_code::unavailable);
  w.configure("/yarn/logs");
  CHECK(w.logs.list({}, "pnda", application).error().code == status_code::not_found);
  w.configure("s3a://bucket/logs");
  CHECK(w.logs.list({}, "pnda", application).error().code == status_code::failed_precondition);
  w.configure("/yarn/logs");
  w.put("/yarn/logs/pnda/bucket-logs-ifile/0007");
  const auto indexed = w.logs.list({}, "pnda", application);
  REQUIRE_FALSE(indexed);
  CHECK(indexed.error().code == status_code::failed_precondition);
  CHECK(indexed.error().message.find("indexed") != std::string::npos);
  w.name_node.server().stop();
  CHECK(w.logs.list({}, "pnda", application).error().code == status_code::unavailable);
}

TEST_CASE("that the first of very many nodes do not have it is no proof (INV-10)") {
  world w;
  w.configure("/yarn/logs");
  for (int i = 0; i < 51; ++i)
    w.put("/yarn/logs/pnda/logs", "node" + std::to_string(100 + i) + "_45454");
  const auto none = w.logs.read({}, "pnda", container, "no.log", 0, 10);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == status_code::resource_exhausted);
  CHECK(w.logs.read({}, "pnda", container, "jobmanager.log", 0, 23));
}
