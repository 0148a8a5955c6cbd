// A job's jar on HDFS: there whole or not at all, once.
#include "library/job_jar.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"
#include "io/hash.h"

using namespace dm::library;
using dm::status_code;
using dm::io::operation;
namespace fake = dm::fake;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));
const std::string directory = "/pnda/flink/ns/app/stream/jars";

struct world {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node node{files};
  dm::io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  dm::test::temporary_directory local;
  local_digests digests;
  std::string jar = local.path() + "/job.jar";

  world() { std::ofstream(jar) << "a jar"; }
  dm::result<provided_jar> provide() { return provide_jar(in_time, hdfs, directory, jar, digests); }
  std::size_t uploads() const {
    const auto asked = const_cast<fake::name_node&>(node).data_node().requests();
    return static_cast<std::size_t>(std::count_if(
        asked.begin(), asked.end(), [](const auto& one) { return one.method == "PUT"; }));
  }
};

const std::string final_path = directory + "/" + dm::io::sha256_hex("a jar") + ".jar";

}  // namespace

TEST_CASE("a jar is uploaded once, for its user alone, and found by the next one") {
  world w;
  const auto first = w.provide();
  REQUIRE(first);
  CHECK(first->uploaded);
  CHECK(first->path == final_path);
  CHECK(first->uri == "hdfs://" + final_path);
  CHECK(first->bytes == 5);
  CHECK(first->modified_ms == w.files->status(final_path).status.modified_ms);
  CHECK(w.files->get(final_path) == "a jar");
  CHECK(w.files->status(final_path).status.permission == "600");
  CHECK(w.files->status(directory).status.permission == "700");
  const auto second = w.provide();
  REQUIRE(second);
  CHECK_FALSE(second->uploaded);
  CHECK(second->modified_ms == first->modified_ms);
  CHECK(w.uploads() == 1);
  CHECK(w.files->names(directory).size() == 1);
  CHECK(digest_of_jar(w.files->names(directory).front()) == first->sha256);
}

TEST_CASE("two at once: one wins, the other takes the winner's and leaves nothing") {
  world w;
  // The other one's is there when ours is about to get its name.
  w.node.server().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.argument("op") == "RENAME" && !w.files->exists(final_path))
      w.files->put(final_path, "a jar");
    return std::nullopt;
  });
  const auto taken = w.provide();
  REQUIRE(taken);
  CHECK(taken->modified_ms == w.files->status(final_path).status.modified_ms);
  CHECK(w.files->status(final_path).status.owner == "test");
  CHECK(w.files->names(directory).size() == 1);
}

TEST_CASE("many at once end with one jar") {
  world w;
  std::vector<std::thread> others;
  std::atomic<int> good{0};
  for (int i = 0; i < 6; ++i) {
    others.emplace_back([&] {
      dm::io::http_client http;
      dm::cluster::hdfs hdfs(http, {w.node.address()}, "pnda");
      local_digests digests;
      if (provide_jar(in_time, hdfs, directory, w.jar, digests)) ++good;
    });
  }
  for (auto& other : others) other.join();
  CHECK(good == 6);
  CHECK(w.files->names(directory).size() == 1);
  CHECK(w.files->get(final_path) == "a jar");
}

TEST_CASE("a jar of the wrong size is uploaded anew") {
  world w;
  w.files->put(final_path, "a j");
  const auto provided = w.provide();
  REQUIRE(provided);
  CHECK(provided->uploaded);
  CHECK(w.files->get(final_path) == "a jar");
  CHECK(w.files->names(directory).size() == 1);
}

TEST_CASE("a jar of the right size and another content is uploaded anew") {
  world w;
  w.files->put(final_path, "a bar");
  const auto provided = w.provide();
  REQUIRE(provided);
  CHECK(provided->uploaded);
  CHECK(w.files->get(final_path) == "a jar");
  CHECK(w.files->names(directory).size() == 1);
  SECTION("and one that was changed since") {
    w.files->put(final_path, "a car");
    w.files->set_modified(final_path, provided->modified_ms + 1);
    REQUIRE(w.provide());
    CHECK(w.files->get(final_path) == "a jar");
  }
}

TEST_CASE("what was read back once is not read again while it has its time, by later runs too") {
  world w;
  const std::string kept = w.local.path() + "/jar-digests.json";
  const auto provide = [&] {
    local_digests digests(kept);
    const auto provided = provide_jar(in_time, w.hdfs, directory, w.jar, digests);
    REQUIRE(provided);
    REQUIRE(digests.keep());
  };
  provide();
  w.node.data_node().forget_requests();
  provide();
  CHECK(w.node.data_node().requests().empty());
  // Without a note, as on another node: once.
  std::filesystem::remove(kept);
  provide();
  CHECK(w.node.data_node().requests().size() == 1);
  provide();
  CHECK(w.node.data_node().requests().size() == 1);
}

TEST_CASE("an upload that fails gives nothing a name, and leaves nothing") {
  world w;
  w.node.data_node().disturb([](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.method != "PUT") return std::nullopt;
    fake::disturbance full;
    full.what = fake::disturbance::kind::replace;
    full.carried_out = true;
    full.instead = fake::json(
        403,
        R"({"RemoteException":{"exception":"IOException","javaClassName":"java.io.IOException","message":"File could only be written to 0 of the 1 minReplication nodes"}})");
    return full;
  });
  const auto provided = w.provide();
  REQUIRE_FALSE(provided);
  CHECK(provided.error().code == status_code::unavailable);
  CHECK(provided.error().message.find("minReplication") != std::string::npos);
  CHECK(w.files->names(directory).empty());
}

TEST_CASE("an answer that got lost is no jar, and the next call has one") {
  world w;
  fake::disturbance lost;
  lost.what = fake::disturbance::kind::close;
  lost.carried_out = true;
  w.node.data_node().disturb_next(lost);
  const auto provided = w.provide();
  REQUIRE_FALSE(provided);
  CHECK_FALSE(w.files->exists(final_path));
  REQUIRE(w.provide());
  CHECK(w.files->names(directory).size() == 1);
}

TEST_CASE("a jar that is not on this node, and a directory in its place, are told") {
  world w;
  w.files->make_directories(final_path, "pnda", "755");
  CHECK(w.provide().error().code == status_code::failed_precondition);
  w.jar += "x";
  CHECK(w.provide().error().code == status_code::not_found);
}

TEST_CASE("names that are no jar of ours") {
  CHECK(digest_of_jar("job.jar").empty());
  CHECK(digest_of_jar(std::string(64, 'g') + ".jar").empty());
  CHECK(digest_of_jar("." + std::string(63, 'a') + ".jar").empty());
  CHECK(digest_of_jar(std::string(64, 'a') + ".jar") == std::string(64, 'a'));
}
