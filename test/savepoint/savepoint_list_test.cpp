// The list verb: what it finds, how it pages, what it looks at, and with how many requests.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "savepoint/savepoint_list.h"
#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::savepoint;
using dm::status_code;
using dm::component::record_kind;
using dm::state::restore_point_kind;
using dm::state::restore_point_state;
using dm::test::deployment;
namespace io = dm::io;

namespace {

listed_component listed(deployment& d, const std::function<void(list_request&)>& change = nullptr) {
  list_request request;
  request.components = {d.data};
  if (change) change(request);
  const list_reply reply =
      list(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.components.size() == 1);
  return reply.components.front();
}

listed_component good(deployment& d, const std::function<void(list_request&)>& change = nullptr) {
  const listed_component entry = listed(d, change);
  if (entry.failure) FAIL(entry.failure->text());
  return entry;
}

std::vector<std::string> ids(const listed_component& entry) {
  std::vector<std::string> all;
  for (const auto& point : entry.points) all.push_back(point.id);
  return all;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a component that was never started has an empty list") {
  deployment d;
  const listed_component entry = good(d);
  CHECK(entry.points.empty());
  CHECK(entry.total == 0);
  CHECK_FALSE(entry.more);
  CHECK(entry.next.empty());
  CHECK(entry.in_use.empty());
  CHECK(entry.id == d.data.id);
}

TEST_CASE("savepoints, those made by hand, and retained checkpoints: newest first") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  d.put_checkpoint(epoch, 4);
  d.put_savepoint("sp-2", epoch, 5);
  d.name_node.files().put(
      d.state_directory() + "/savepoints/savepoint-79027c-aaaaaaaaaaaa/_metadata",
      deployment::metadata(6));
  const listed_component entry = good(d);
  CHECK(entry.total == 4);
  REQUIRE(entry.points.size() == 4);
  texts found = ids(entry);
  std::sort(found.begin(), found.end());
  CHECK(found == texts{"checkpoint-2-4", "savepoint-79027c-aaaaaaaaaaaa", "sp-1", "sp-2"});
  // By its job it belongs to the same incarnation, and it is the newest of that.
  CHECK(entry.next == "savepoint-79027c-aaaaaaaaaaaa");
  CHECK(ids(good(d, [](list_request& r) { r.kind = "checkpoint"; })) == texts{"checkpoint-2-4"});
  CHECK(ids(good(d, [](list_request& r) { r.states = {"DISCOVERED"}; })).size() == 1);
}

TEST_CASE("the page's entries are looked at: a damaged one says why, and is not what comes next") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  const std::string path = d.put_savepoint("sp-2", epoch, 5);
  const char* why = nullptr;
  SECTION("truncated metadata") {
    d.name_node.files().put(path + "/_metadata", "Ig");
    why = "_metadata";
  }
  SECTION("wrong magic") {
    d.name_node.files().put(path + "/_metadata", std::string(80, 'x'));
    why = "_metadata";
  }
  SECTION("state file deleted") {
    d.name_node.files().remove(path + "/state-1", true);
    why = "state-1";
  }
  const listed_component entry = good(d);
  REQUIRE(entry.points.size() == 2);
  CHECK(entry.points[0].id == "sp-2");
  CHECK(entry.points[0].state == restore_point_state::damaged);
  CHECK(entry.points[0].reason.find(why) != std::string::npos);
  CHECK(entry.points[1].state == restore_point_state::completed);
  CHECK(entry.next == "sp-1");
  CHECK(ids(good(d, [](list_request& r) { r.states = {"DAMAGED"}; })) == texts{"sp-2"});
  CHECK(ids(good(d, [](list_request& r) { r.states = {"COMPLETED"}; })) == texts{"sp-1"});
  const listed_component unverified = good(d, [](list_request& r) { r.verify = false; });
  CHECK(unverified.points[0].state == restore_point_state::completed);
}

TEST_CASE("a list goes on after the last entry of the page before") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  for (int i = 1; i <= 5; ++i) d.put_savepoint("sp-" + std::to_string(i), epoch, i);
  const auto page = [&](const std::string& after) {
    return good(d, [&](list_request& r) {
      r.limit = 2;
      r.after = after;
    });
  };
  const listed_component first = page("");
  CHECK(ids(first) == texts{"sp-5", "sp-4"});
  CHECK(first.total == 5);
  CHECK(first.more);
  const listed_component second = page("sp-4");
  CHECK(ids(second) == texts{"sp-3", "sp-2"});
  CHECK(second.more);
  const listed_component third = page("sp-2");
  CHECK(ids(third) == texts{"sp-1"});
  CHECK_FALSE(third.more);
  CHECK(third.total == 5);
  const listed_component lost = listed(d, [](list_request& r) { r.after = "sp-9"; });
  REQUIRE(lost.failure);
  CHECK(lost.failure->code == status_code::invalid_argument);
  CHECK(lost.failure->details.front().path == "$.after");
}

TEST_CASE("what runs tells from which point, and which one comes next") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  d.put_savepoint("sp-1", epoch, 3);
  d.append(record_kind::run);
  const std::string id = d.play_guard();
  CHECK(good(d).in_use == "sp-1");
  CHECK(good(d).next == "sp-1");
  const auto live = d.log().newest_incarnation()->number;
  d.put_savepoint("sp-2", live, 9);
  CHECK(good(d).in_use == "sp-1");
  CHECK(good(d).next == "sp-2");
  d.finish(id, "SUCCEEDED");
  d.put_end(live, dm::component::outcome::stopped, dm::component::decision::none);
  CHECK(good(d).in_use.empty());
}

TEST_CASE("neither YARN nor supervisord nor the component's node is needed for a list") {
  deployment d;
  d.put_savepoint("sp-1", d.play_stopped_run());
  d.resource_manager.server().stop();
  d.edge.supervisord().server().stop();
  const auto elsewhere = d.session_on("edge2");
  list_request request;
  request.components = {d.data};
  const list_reply reply =
      list(*elsewhere, io::operation::within(std::chrono::seconds(30)), request);
  CHECK(ids(reply.components.front()) == texts{"sp-1"});
}

TEST_CASE("a batch says for each component by itself what could not be done") {
  deployment d;
  d.put_savepoint("sp-1", d.play_stopped_run());
  list_request request;
  request.components = {d.data, d.create("other")};
  request.after = "sp-1";
  const list_reply reply =
      list(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.components.size() == 2);
  CHECK_FALSE(reply.components[0].failure);
  CHECK(reply.components[0].total == 1);
  REQUIRE(reply.components[1].failure);
  CHECK(reply.components[1].failure->component == "prod/app/other");
}

TEST_CASE("HDFS away is said, and is no empty list") {
  deployment d;
  d.name_node.server().stop();
  const listed_component entry = listed(d);
  REQUIRE(entry.failure);
  CHECK(entry.failure->code == status_code::unavailable);
}

TEST_CASE("a thousand savepoints are listed with a bounded number of requests") {
  deployment d;
  const auto epoch = d.play_stopped_run();
  const std::string directory = d.state_directory() + "/savepoints/";
  for (int i = 1; i <= 1000; ++i) {
    const std::string id = fmt::format("sp-{:04}", i);
    dm::state::requested_record requested;
    requested.operation = id;
    requested.epoch = epoch;
    requested.directory = directory + id;
    dm::state::result_record result;
    result.operation = id;
    result.completed = true;
    result.path = directory + id + "/savepoint-79027c-0123456789ab";
    result.epoch = epoch;
    result.checkpoint_id = i;
    result.manifest = {{"_metadata", 80}};
    d.name_node.files().put(result.path + "/_metadata", deployment::metadata(i));
    d.name_node.files().put(directory + id + ".requested.json", to_json(requested));
    d.name_node.files().put(directory + id + ".result.json", to_json(result));
  }
  const auto requests = [&] {
    return d.name_node.server().request_count() + d.name_node.data_node().request_count();
  };
  const auto quick = [](list_request& r) { r.verify = false; };
  CHECK(good(d, quick).total == 1000);  // reads every record once, and keeps an index
  const auto before = requests();
  const listed_component entry = good(d, quick);
  CHECK(entry.total == 1000);
  CHECK(entry.points.size() == 50);
  CHECK(entry.points.front().id == "sp-1000");
  CHECK(requests() - before <= 25);
}
