// Class data on HDFS: there whole or not at all, the newest counts, a stranger's never.
#include "library/class_data.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"

using namespace dm::library;
using dm::status_code;
using dm::io::operation;
namespace fake = dm::fake;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));
const std::string root = "/pnda/flink-libraries";
const std::string set = "1.20.5-0123456789abcdef";

struct world {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node node{files};
  dm::io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  dm::test::temporary_directory local;
  class_data_files made{"17.0.15+6",
                        {"lib/a.jar", "lib/flink-dist-1.20.5.jar"},
                        local.path() + "/lib.tar",
                        local.path() + "/classes.jsa"};

  world() {
    files->make_directories(root, "hdfs", "755");
    std::ofstream(made.libraries) << "a tar";
    std::ofstream(made.classes) << "classes";
  }
  std::string publish() {
    const auto directory = publish_class_data(in_time, hdfs, root, set, made);
    if (!directory) FAIL(directory.error().text());
    return *directory;
  }
  class_data_search find() {
    auto search = find_class_data(in_time, hdfs, root, set);
    if (!search) FAIL(search.error().text());
    return std::move(*search);
  }
};

}  // namespace

TEST_CASE("what was put there is found, and all may read it") {
  world w;
  CHECK_FALSE(w.find().found);
  const std::string directory = w.publish();
  CHECK(directory == root + "/" + set + "-classes-1");
  const auto search = w.find();
  REQUIRE(search.found);
  CHECK(search.notes.empty());
  CHECK(search.found->directory == directory);
  CHECK(search.found->java == "17.0.15+6");
  CHECK(search.found->class_path == w.made.class_path);
  CHECK(search.found->libraries.path == directory + "/lib.tar");
  CHECK(search.found->libraries.bytes == 5);
  CHECK(search.found->libraries.modified_ms ==
        w.files->status(directory + "/lib.tar").status.modified_ms);
  CHECK(search.found->classes.path == directory + "/classes.jsa");
  CHECK(search.found->classes.bytes == 7);
  CHECK(w.files->status(directory).status.permission == "755");
  CHECK(w.files->status(directory + "/classes.jsa").status.permission == "644");
  CHECK(w.files->names(root).size() == 1);
}

TEST_CASE("the newest counts by its number, of this set alone") {
  world w;
  for (int i = 1; i <= 10; ++i) w.publish();
  CHECK(w.find().found->directory == root + "/" + set + "-classes-10");
  const auto other = find_class_data(in_time, w.hdfs, root, "1.20.5-0123456789abcdee");
  REQUIRE(other);
  CHECK_FALSE(other->found);
}

TEST_CASE("a root that is not there has none") {
  world w;
  const auto none = find_class_data(in_time, w.hdfs, "/nowhere", set);
  REQUIRE(none);
  CHECK_FALSE(none->found);
}

TEST_CASE("what is damaged, closed or a stranger's is passed over, and that is said") {
  world w;
  const std::string good = w.publish();
  const std::string bad = w.publish();
  std::string why;
  SECTION("cut") {
    w.files->put(bad + "/classes.jsa", "cut");
    w.files->set_permission(bad + "/classes.jsa", "644");
    why = "classes.jsa has 3 bytes instead of 7";
  }
  SECTION("gone") {
    w.files->remove(bad + "/lib.tar", false);
    why = "lib.tar is not there";
  }
  SECTION("closed") {
    w.files->set_permission(bad + "/lib.tar", "640");
    why = "others may not read lib.tar";
  }
  SECTION("closed directory") {
    w.files->set_permission(bad, "700");
    why = "others may not pass it";
  }
  SECTION("a stranger's") {
    w.files->set_owner(bad, "mallory");
    why = "it is mallory's";
  }
  SECTION("no manifest") {
    w.files->remove(bad + "/classes.json", false);
    why = "classes.json is not there";
  }
  SECTION("manifests that are none") {
    w.files->put(bad + "/classes.json", R"({"schema":1,"java":"17","class_path":["lib/../a.jar"],)"
                                        R"("libraries_bytes":5,"classes_bytes":7})");
    why = "classes.json is not understood";
  }
  SECTION("a manifest of a later version") {
    w.files->put(bad + "/classes.json", R"({"schema":2,"java":"17","class_path":["lib/a.jar"],)"
                                        R"("libraries_bytes":5,"classes_bytes":7})");
    why = "classes.json is not understood";
  }
  const auto search = w.find();
  REQUIRE(search.found);
  CHECK(search.found->directory == good);
  CHECK(search.notes == std::vector<std::string>{"hdfs:" + bad + " is passed over: " + why});
}

TEST_CASE("the root's owner may put it there") {
  world w;
  w.files->set_owner(w.publish(), "hdfs");
  CHECK(w.find().found);
}

TEST_CASE("an HDFS that does not answer is no proof that there is none") {
  world w;
  w.publish();
  w.node.server().disturb([](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.argument("op") != "OPEN") return std::nullopt;
    fake::disturbance closed;
    closed.what = fake::disturbance::kind::close;
    return closed;
  });
  const auto search = find_class_data(in_time, w.hdfs, root, set);
  REQUIRE_FALSE(search);
  CHECK(search.error().code == status_code::unavailable);
}

TEST_CASE("what could not be put there whole leaves nothing") {
  world w;
  std::filesystem::remove(w.made.classes);
  const auto none = publish_class_data(in_time, w.hdfs, root, set, w.made);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == status_code::not_found);
  CHECK(w.files->names(root).empty());
}

TEST_CASE("the set's name out of a directory's") {
  CHECK(set_of_class_data(set + "-classes-1") == set);
  CHECK(set_of_class_data(set + "-classes-99") == set);
  for (const char* tail : {"", "-classes-", "-classes-0", "-classes-01", "-classes-100",
                           "-classes-1x", "-class-1", "-2"})
    CHECK(set_of_class_data(set + tail).empty());
  CHECK(set_of_class_data("-classes-1").empty());
  CHECK(set_of_class_data("mine-classes-1").empty());
}
