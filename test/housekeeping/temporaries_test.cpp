// Temporary directories on HDFS and on the node.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

#include <unistd.h>

#include <filesystem>

namespace {
constexpr const char* uuid = "0a9c2e71-b45d-4d18-8c55-2b7c9e0f1a23";
}

TEST_CASE("temporary files of an application that lives, or may live, stay") {
  planted p;
  p.settings.temporary_directories = {"/pnda/tmp/flink"};
  p.put("/pnda/tmp/flink/blob-" + p.put_application("RUNNING") + "-x", 100);
  p.put("/pnda/tmp/flink/plain", 100);
  p.put("/pnda/tmp/flink/young", 1);
  auto reply = p.inspect({kind::temporary});
  CHECK(planted::paths_of(reply) == std::set<std::string>{"/pnda/tmp/flink/plain"});
  p.put("/pnda/tmp/flink/application_1_0009", 100);
  p.d.resource_manager.server().stop();
  reply = p.clean({kind::temporary});
  CHECK(reply.withheld.size() == 1);
  CHECK(p.d.name_node.files().exists("/pnda/tmp/flink/application_1_0009"));
  CHECK_FALSE(p.d.name_node.files().exists("/pnda/tmp/flink/plain"));
}

TEST_CASE("a directory in which something deeper is young, or an application's, stays") {
  planted p;
  p.settings.temporary_directories = {"/pnda/tmp/flink"};
  // Its own time is that of the last entry made right in it: years ago for a place that is in use.
  for (const auto& [name, days] : {std::pair("used", 1), std::pair("unused", 50)}) {
    const std::string path = std::string("/pnda/tmp/flink/") + name;
    p.put_directory(path + "/offsets", days);
    p.put_directory(path, 100);
  }
  p.put_directory("/pnda/tmp/flink/logs/alice/" + p.put_application("RUNNING"), 100);
  p.put_directory("/pnda/tmp/flink/logs/alice", 100);
  p.put_directory("/pnda/tmp/flink/logs", 100);
  const auto reply = p.clean({kind::temporary});
  CHECK(planted::paths_of(reply) ==
        std::set<std::string>{"/pnda/tmp/flink/logs", "/pnda/tmp/flink/unused"});
  for (const auto& one : reply.entries) CHECK(one.cleanable == (one.path.ends_with("unused")));
  CHECK(p.d.name_node.files().exists("/pnda/tmp/flink/used/offsets/file"));
  CHECK(p.d.name_node.files().exists("/pnda/tmp/flink/logs/alice"));
  CHECK_FALSE(p.d.name_node.files().exists("/pnda/tmp/flink/unused"));
}

TEST_CASE("a directory with too much in it to look whether it is in use stays, and is said") {
  planted p;
  p.settings.temporary_directories = {"/pnda/tmp/flink"};
  for (int i = 0; i < 250; ++i) p.put_directory(fmt::format("/pnda/tmp/flink/wide/{}", i), 100);
  p.put_directory("/pnda/tmp/flink/wide", 100);
  const auto reply = p.clean({kind::temporary});
  CHECK(reply.entries.empty());
  CHECK(reply.withheld.size() == 1);
  CHECK(p.d.name_node.files().exists("/pnda/tmp/flink/wide/249/file"));
}

TEST_CASE("what the settings name for something else is no temporary file") {
  planted p;
  p.settings.temporary_directories = {"/pnda/tmp"};
  p.settings.library_directory = "/pnda/tmp/lib/beam";
  p.settings.history_archive_dir = "hdfs:///pnda/tmp/archive";
  for (const char* name : {"lib/beam", "lib", "archive"})
    p.put_directory(std::string("/pnda/tmp/") + name, 100);
  CHECK(p.inspect({kind::temporary}).entries.empty());
}

TEST_CASE("a link in the place of a client's directory is neither followed nor removed") {
  planted p;
  const std::string root = p.settings.client_temporary_directory;
  test::write_text(p.d.edge.path() + "/precious/file", "x");
  std::filesystem::create_directories(root + "/pyflink");
  std::filesystem::create_directory_symlink(p.d.edge.path() + "/precious",
                                            root + "/pyflink/" + std::string(uuid));
  p.make_old(root + "/pyflink/" + uuid, 100);
  CHECK(p.clean({kind::temporary}).entries.empty());
  std::filesystem::remove_all(root + "/pyflink");
  std::filesystem::create_directory_symlink(p.d.edge.path() + "/precious", root + "/pyflink");
  const auto reply = p.clean({kind::temporary});
  CHECK(reply.entries.empty());
  CHECK(std::filesystem::exists(p.d.edge.path() + "/precious/file"));
}

TEST_CASE("what is another account's, young, or of another name stays in the client's directory") {
  planted p;
  const std::string root = p.settings.client_temporary_directory + "/pyflink/";
  test::write_text(root + "other-name/file", "x");
  p.make_old(root + "other-name", 100);
  test::write_text(root + uuid + "/file", "x");
  CHECK(p.inspect({kind::temporary}).entries.empty());
}
