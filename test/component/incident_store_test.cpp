// The incidents of a component on HDFS: listed cheaply, whole or not there, and no more than may
// be.
// SPDX-License-Identifier: Apache-2.0
#include "component/incident_store.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "one_log.h"

using namespace dm::component;
using dm::status_code;
using dm::test::one_log;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string directory = std::string(one_log::directory) + "/incidents";

struct stored : one_log {
  incident_store store{hdfs, one_log::directory};

  static incident of(std::uint64_t epoch, const std::string& message = "boo") {
    incident one;
    one.head.id = end_incident_id(epoch);
    one.head.epoch = epoch;
    one.head.at = io::from_epoch_ms(1'795'439'460'000 + static_cast<std::int64_t>(epoch));
    one.head.message = message;
    one.logs.push_back({"jobmanager.log", "its end\n", ""});
    return one;
  }
  void keep(std::uint64_t epoch) {
    auto kept = store.keep(in_time, of(epoch));
    REQUIRE(kept);
    CHECK(*kept);
    index();
  }
  void index() {
    auto listed = store.list(in_time);
    REQUIRE(listed);
    REQUIRE(store.write_index(in_time, *listed));
  }
  std::vector<listed_incident> list() {
    auto listed = store.list(in_time);
    if (!listed) FAIL(listed.error().text());
    return *listed;
  }
  std::size_t requests() {
    return node.server().requests().size() + node.data_node().requests().size();
  }
  std::vector<std::string> files() { return node.files().names(::directory); }
};

}  // namespace

TEST_CASE("none are kept yet") {
  stored s;
  CHECK(s.list().empty());
  const auto whole = s.store.read(s.in_time, "7-end");
  REQUIRE_FALSE(whole);
  CHECK(whole.error().code == status_code::not_found);
}

TEST_CASE("what was kept is listed newest first, and read whole") {
  stored s;
  for (const std::uint64_t epoch : {3U, 12U, 7U}) s.keep(epoch);
  const auto listed = s.list();
  REQUIRE(listed.size() == 3);
  CHECK(listed[0].head.id == "12-end");
  CHECK(listed[1].head.id == "7-end");
  CHECK(listed[2].head.id == "3-end");
  for (const auto& one : listed) {
    CHECK(one.kept);
    CHECK(one.head.message == "boo");
    CHECK(one.head.size_bytes > 0);
    CHECK(one.problem.empty());
  }
  const auto whole = s.store.read(s.in_time, "7-end");
  REQUIRE(whole);
  CHECK(whole->head.epoch == 7);
  CHECK(whole->document.find("its end") != std::string::npos);
  // Nothing is left of temporary names.
  for (const std::string& name : s.files()) CHECK_FALSE(name.starts_with('.'));
}

TEST_CASE("INV-12: a list costs one listing and one file, however many there are") {
  stored s;
  for (std::uint64_t epoch = 1; epoch <= 15; ++epoch) {
    REQUIRE(s.store.keep(s.in_time, stored::of(epoch)));
    if (epoch % 4 == 0) s.index();
  }
  s.index();
  const std::size_t before = s.requests();
  CHECK(s.list().size() == 15);
  CHECK(s.requests() - before <= 3);
}

TEST_CASE("one of the same id stays as it is") {
  stored s;
  s.keep(7);
  const auto again = s.store.keep(s.in_time, stored::of(7, "something else"));
  REQUIRE(again);
  CHECK_FALSE(*again);
  CHECK(s.list().front().head.message == "boo");
}

TEST_CASE(
    "INV-5: what an index does not know, since its writer was killed, is listed all the same") {
  stored s;
  s.keep(3);
  for (std::uint64_t epoch = 4; epoch <= 10; ++epoch)
    REQUIRE(s.store.keep(s.in_time, stored::of(epoch)));
  const std::size_t before = s.requests();
  const auto listed = s.list();
  CHECK(listed.size() == 8);
  CHECK(listed.front().head.message == "boo");  // the newest are read
  CHECK(s.requests() - before <= 12);           // but not all of them
  const auto by_name = std::count_if(listed.begin(), listed.end(),
                                     [](const auto& one) { return !one.problem.empty(); });
  CHECK(by_name == 3);
  // The index that is written next makes up no heads for them.
  REQUIRE(s.store.write_index(s.in_time, listed));
  CHECK(s.list().size() == 8);
}

TEST_CASE("D-59: garbage and a newer version are told, and hide nothing") {
  stored s;
  s.keep(3);
  s.node.files().put(directory + "/8-end.json", "garbage");
  s.node.files().put(directory + "/9-end.json", R"({"schema":2,"head":{"id":"9-end"}})");
  s.node.files().put(directory + "/.10-end.json.0123.tmp", "half");
  s.node.files().put(directory + "/notes.txt", "somebody's");
  const auto listed = s.list();
  REQUIRE(listed.size() == 3);
  CHECK(listed[0].head.id == "9-end");
  CHECK(listed[0].problem.find("schema 2") != std::string::npos);
  CHECK(listed[1].head.id == "8-end");
  CHECK_FALSE(listed[1].problem.empty());
  CHECK(listed[2].head.message == "boo");
  CHECK(s.store.read(s.in_time, "9-end").error().code == status_code::failed_precondition);
  CHECK(s.store.read(s.in_time, "8-end").error().code == status_code::internal);
}

TEST_CASE("an index that is garbage, or newer, is done without") {
  stored s;
  s.keep(3);
  const std::string content =
      GENERATE(std::string("garbage"), std::string(R"({"schema":2,"incidents":[]})"),
               std::string(R"({"schema":1,"incidents":7})"), std::string(600'000, 'x'));
  s.node.files().put(directory + "/index.json", content);
  const auto listed = s.list();
  REQUIRE(listed.size() == 1);
  CHECK(listed.front().head.message == "boo");
}

TEST_CASE(
    "D-59: an index of a newer version is left alone, and what is kept is listed without it") {
  stored s;
  s.keep(3);
  const std::string newer = R"({"schema":2,"incidents":[]})";
  s.node.files().put(directory + "/index.json", newer);
  auto listed = s.store.list(s.in_time);
  REQUIRE(listed);
  REQUIRE(s.store.keep(s.in_time, stored::of(4)));
  CHECK(s.store.write_index(s.in_time, *listed));
  CHECK(s.node.files().get(directory + "/index.json") == newer);
  CHECK(s.list().size() == 2);
}

TEST_CASE("INV-10: an HDFS that does not answer is no empty list") {
  stored s;
  s.keep(3);
  s.node.server().stop();
  const auto listed = s.store.list(io::operation::within(std::chrono::seconds(20)));
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == status_code::unavailable);
}

TEST_CASE("a document that is gone leaves its head for a while") {
  stored s;
  s.keep(3);
  s.keep(4);
  REQUIRE(s.hdfs.remove(s.in_time, directory + "/3-end.json", false));
  const auto listed = s.list();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].kept);
  CHECK_FALSE(listed[1].kept);
  CHECK(listed[1].head.message == "boo");
}

TEST_CASE("documents beyond count and age go, and so do abandoned ones") {
  stored s;
  for (std::uint64_t epoch = 1; epoch <= 6; ++epoch) s.keep(epoch);
  const std::int64_t now = io::now().time_since_epoch().count();
  for (std::uint64_t epoch = 1; epoch <= 6; ++epoch)
    s.node.files().set_modified(directory + "/" + std::to_string(epoch) + "-end.json",
                                now - (6 - static_cast<std::int64_t>(epoch)) * 1'000'000);
  s.node.files().put(directory + "/.7-end.json.0123.tmp", "half");
  s.node.files().set_modified(directory + "/.7-end.json.0123.tmp", now - 7'200'000);
  s.node.files().put(directory + "/.8-end.json.0123.tmp", "under way");
  SECTION("by count") {
    CHECK(s.store.tidy(s.in_time, {4, 0}) == 3);
    const auto left = s.files();
    CAPTURE(left);
    CHECK(std::count(left.begin(), left.end(), "3-end.json") == 1);
    CHECK(std::count(left.begin(), left.end(), "2-end.json") == 0);
    CHECK(std::count(left.begin(), left.end(), ".8-end.json.0123.tmp") == 1);
    CHECK(std::count(left.begin(), left.end(), ".7-end.json.0123.tmp") == 0);
  }
  SECTION("by age") { CHECK(s.store.tidy(s.in_time, {100, 2'500'000}) == 4); }
  SECTION("neither") { CHECK(s.store.tidy(s.in_time, {100, 0}) == 1); }
}

TEST_CASE("a quota is told as that, and nothing half stays behind") {
  stored s;
  s.keep(3);
  s.node.data_node().disturb([](const fake::request& asked) {
    if (asked.method != "PUT") return std::optional<fake::disturbance>();
    fake::disturbance full;
    full.what = fake::disturbance::kind::replace;
    full.instead = fake::text(
        403,
        R"({"RemoteException":{"exception":"DSQuotaExceededException","javaClassName":"org.apache.hadoop.hdfs.protocol.DSQuotaExceededException","message":"The DiskSpace quota of /pnda is exceeded"}})",
        "application/json");
    return std::optional(full);
  });
  const auto kept = s.store.keep(s.in_time, stored::of(4));
  s.node.data_node().disturb(nullptr);
  REQUIRE_FALSE(kept);
  CHECK(kept.error().code == status_code::resource_exhausted);
  CHECK(s.list().size() == 1);
}
