// Flink's libraries on HDFS: uploaded once, found by all others, and never half there.
#include "library/flink_libraries.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"

using namespace dm::library;
using dm::status_code;
using dm::io::operation;
namespace fake = dm::fake;
namespace fs = std::filesystem;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));
const std::string root = "/pnda/flink-libraries";

struct world {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node node{files};
  dm::io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  dm::test::temporary_directory home;
  library_set set;
  std::string directory;

  world() {
    put("lib/flink-dist-1.20.5.jar", "dist");
    put("lib/log4j.jar", "log4j");
    put("plugins/jmx/jmx.jar", "jmx");
    local_digests digests;
    set = read_library_set(in_time, home.path(), digests).value();
    directory = root + "/" + set.name();
  }
  void put(const std::string& name, const std::string& content) const {
    fs::create_directories(fs::path(home / name).parent_path());
    std::ofstream(home / name) << content;
  }
  dm::result<provided_libraries> provide() {
    return flink_libraries(hdfs, root).provide(in_time, set);
  }
  std::size_t uploads() const {
    const auto asked = const_cast<fake::name_node&>(node).data_node().requests();
    return static_cast<std::size_t>(std::count_if(
        asked.begin(), asked.end(), [](const auto& one) { return one.method == "PUT"; }));
  }
};

}  // namespace

TEST_CASE("libraries are uploaded once, for everybody, with a manifest") {
  world w;
  const auto first = w.provide();
  REQUIRE(first);
  CHECK(first->uploaded);
  CHECK(first->directory == w.directory);
  CHECK(first->uris == std::vector<std::string>{"hdfs://" + w.directory + "/lib",
                                                "hdfs://" + w.directory + "/plugins"});
  CHECK(first->key_value() == "hdfs://" + w.directory + "/lib;hdfs://" + w.directory + "/plugins");
  REQUIRE(first->files.size() == 3);
  CHECK(first->files[2].name == "plugins/jmx/jmx.jar");
  CHECK(first->files[2].path == w.directory + "/plugins/jmx/jmx.jar");
  CHECK(first->files[2].bytes == 3);
  CHECK(w.files->get(w.directory + "/lib/log4j.jar") == "log4j");
  CHECK(w.files->status(w.directory + "/lib/log4j.jar").status.permission == "644");
  CHECK(w.files->status(w.directory + "/plugins/jmx").status.permission == "755");
  CHECK(w.files->status(w.directory).status.permission == "755");
  CHECK(w.files->get(w.directory + "/manifest.json") == w.set.manifest());
  const auto uploads = w.uploads();
  const auto second = w.provide();
  REQUIRE(second);
  CHECK_FALSE(second->uploaded);
  CHECK(second->key_value() == first->key_value());
  CHECK(second->files[0].modified_ms == first->files[0].modified_ms);
  CHECK(w.uploads() == uploads);
  CHECK(w.files->names(root) == std::vector<std::string>{w.set.name()});
}

TEST_CASE("many nodes at once: one wins, and the others leave nothing") {
  world w;
  std::vector<std::thread> nodes;
  std::atomic<int> uploaded{0};
  std::atomic<int> good{0};
  for (int i = 0; i < 5; ++i) {
    nodes.emplace_back([&] {
      dm::io::http_client http;
      dm::cluster::hdfs hdfs(http, {w.node.address()}, "pnda");
      const auto provided = flink_libraries(hdfs, root).provide(in_time, w.set);
      if (provided && provided->directory == w.directory) ++good;
      if (provided && provided->uploaded) ++uploaded;
    });
  }
  for (auto& node : nodes) node.join();
  CHECK(good == 5);
  CHECK(uploaded == 1);
  CHECK(w.files->names(root) == std::vector<std::string>{w.set.name()});
}

TEST_CASE("one that is not what it was is left to who uses it, and uploaded anew once") {
  world w;
  REQUIRE(w.provide());
  SECTION("cut") { w.files->put(w.directory + "/lib/log4j.jar", "log"); }
  SECTION("gone") { w.files->remove(w.directory + "/plugins/jmx/jmx.jar", false); }
  SECTION("a whole directory gone") { w.files->remove(w.directory + "/plugins", true); }
  SECTION("another one beside it") { w.files->put(w.directory + "/lib/evil.jar", "x"); }
  SECTION("not to be read by others") {
    w.files->set_permission(w.directory + "/lib/log4j.jar", "640");
  }
  SECTION("another one's") { w.files->set_owner(w.directory, "mallory"); }
  const auto anew = w.provide();
  REQUIRE(anew);
  CHECK(anew->uploaded);
  CHECK(anew->directory == w.directory + "-2");
  REQUIRE(anew->notes.size() == 1);
  CHECK(anew->notes.front().find(w.directory + " is passed over: ") != std::string::npos);
  CHECK(w.files->exists(w.directory));
  const auto again = w.provide();
  REQUIRE(again);
  CHECK_FALSE(again->uploaded);
  CHECK(again->directory == w.directory + "-2");
  CHECK(w.files->names(root).size() == 2);
}

TEST_CASE("what the root's owner has put there serves everybody") {
  world w;
  REQUIRE(w.provide());
  w.files->set_owner(root, "hdfs");
  w.files->set_owner(w.directory, "hdfs");
  const auto provided = w.provide();
  REQUIRE(provided);
  CHECK_FALSE(provided->uploaded);
}

TEST_CASE("one of the root's owner that is closed to others is passed over, too") {
  world w;
  REQUIRE(w.provide());
  w.files->set_owner(root, "hdfs");
  w.files->set_owner(w.directory, "hdfs");
  w.node.keep_others_out_of(w.directory);
  const auto provided = w.provide();
  REQUIRE(provided);
  CHECK(provided->directory == w.directory + "-2");
}

TEST_CASE("for housekeeping it is told what is wrong with one") {
  world w;
  REQUIRE(w.provide());
  dm::cluster::file_status one = w.hdfs.status(in_time, w.directory).value();
  one.name = w.set.name();
  CHECK(flink_libraries(w.hdfs, root).fault_of(in_time, w.set, one).value().empty());
  w.files->put(w.directory + "/lib/log4j.jar", "log");
  CHECK(flink_libraries(w.hdfs, root).fault_of(in_time, w.set, one).value() ==
        "lib/log4j.jar has 3 bytes instead of 5");
  one.owner = "mallory";
  CHECK(flink_libraries(w.hdfs, root).fault_of(in_time, w.set, one).value() == "it is mallory's");
  w.node.server().stop();
  CHECK_FALSE(flink_libraries(w.hdfs, root).fault_of(in_time, w.set, one));
}

TEST_CASE("where others may not pass, nothing is uploaded, and it is said which directory") {
  world w;
  w.files->make_directories(root, "pnda", "755");
  w.files->set_permission("/pnda", "750");
  const auto provided = w.provide();
  REQUIRE_FALSE(provided);
  CHECK(provided.error().code == status_code::failed_precondition);
  CHECK(provided.error().message.find("hdfs:/pnda (its permission is 750)") != std::string::npos);
  CHECK(provided.error().hint.find("chmod o+x /pnda") != std::string::npos);
  CHECK(w.uploads() == 0);
}

TEST_CASE("an upload that fails in the middle gives nothing a name, and leaves nothing") {
  world w;
  const int at = GENERATE(0, 1, 2, 3);
  std::atomic<int> seen{0};
  w.node.data_node().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.method != "PUT" || seen++ != at) return std::nullopt;
    fake::disturbance full;
    full.what = fake::disturbance::kind::replace;
    full.carried_out = true;
    full.instead = fake::json(
        403,
        R"({"RemoteException":{"exception":"IOException","javaClassName":"java.io.IOException","message":"could only be written to 0 of the 1 minReplication nodes"}})");
    return full;
  });
  const auto provided = w.provide();
  REQUIRE_FALSE(provided);
  CHECK(provided.error().message.find("minReplication") != std::string::npos);
  CHECK(w.files->names(root).empty());
  REQUIRE(w.provide());
}

TEST_CASE("a file that changes on this node while it is uploaded ends the upload") {
  world w;
  w.put("lib/log4j.jar", "LOG4J");
  const auto provided = w.provide();
  REQUIRE_FALSE(provided);
  CHECK(provided.error().message.find("log4j.jar") != std::string::npos);
  CHECK(w.files->names(root).empty());
}

TEST_CASE("a cancelled upload leaves nothing") {
  world w;
  dm::io::cancellation cancel;
  const operation op(dm::io::steady_time::max(), &cancel);
  const auto provided =
      flink_libraries(w.hdfs, root).provide(op, w.set, [&](const std::string& name, auto, auto) {
        if (name == "lib/log4j.jar") cancel.cancel();
      });
  REQUIRE_FALSE(provided);
  CHECK(provided.error().code == status_code::cancelled);
  CHECK(w.files->names(root).empty());
}

TEST_CASE("progress is told in bytes, to the end") {
  world w;
  std::vector<std::int64_t> done;
  REQUIRE(flink_libraries(w.hdfs, root)
              .provide(in_time, w.set, [&](const std::string&, std::int64_t now, std::int64_t all) {
                CHECK(all == 12);
                done.push_back(now);
              }));
  CHECK(done == std::vector<std::int64_t>{0, 4, 9, 12});
}

TEST_CASE("names of directories of libraries, and of what is none") {
  CHECK(version_of_library_directory("1.20.5-0123456789abcdef") == "1.20.5");
  CHECK(version_of_library_directory("1.20.5-vendor3-0123456789abcdef-12") == "1.20.5-vendor3");
  CHECK(version_of_library_directory("1.20.5").empty());
  CHECK(version_of_library_directory("1.20.5-0123456789abcdeg").empty());
  CHECK(version_of_library_directory(".1.20.5-0123456789abcdef.00.tmp").empty());
  CHECK(is_unfinished_upload(".1.20.5-0123456789abcdef.00.tmp"));
}
