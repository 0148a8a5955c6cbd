// The verb incidents: lists, pages, one whole.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/incidents.h"

#include <catch2/catch.hpp>

#include "support/deployment.h"

using namespace dm::diagnosis;
using dm::status_code;
using dm::component::incident;
using dm::component::incident_store;
using dm::test::deployment;
using dm::test::require_good;
namespace io = dm::io;

namespace {

struct kept : deployment {
  io::operation in_time = io::operation::within(std::chrono::minutes(1));

  void keep(std::uint64_t epoch, bool indexed = true) {
    io::http_client http;
    dm::cluster::hdfs hdfs(http, {name_node.address()}, data.user);
    incident_store store(hdfs, state_directory());
    incident one;
    one.head.id = dm::component::end_incident_id(epoch);
    one.head.epoch = epoch;
    one.head.at = io::from_epoch_ms(1'795'439'460'000);
    one.head.message = "failure " + std::to_string(epoch);
    one.head.failure_class = "user_exception";
    one.logs.push_back({"jobmanager.log", "its end\n", ""});
    REQUIRE(store.keep(in_time, one));
    if (!indexed) return;
    auto listed = store.list(in_time);
    REQUIRE(listed);
    REQUIRE(store.write_index(in_time, *listed));
  }
  incidents_reply ask(const incidents_request& how = {}) {
    incidents_request request = how;
    request.data = data;
    return incidents(session(), in_time, request);
  }
};

incidents_request page(std::int64_t limit, const std::string& after = {}) {
  incidents_request request;
  request.limit = limit;
  request.after = after;
  return request;
}

incidents_request whole(const std::string& id) {
  incidents_request request;
  request.incident = id;
  return request;
}

}  // namespace

TEST_CASE("a component that never failed has none") {
  kept k;
  const auto reply = k.ask();
  require_good(reply);
  CHECK(reply.incidents.empty());
  CHECK_FALSE(reply.more);
}

TEST_CASE("pages follow each other, and no incident is left out or told twice") {
  kept k;
  for (std::uint64_t epoch = 1; epoch <= 7; ++epoch) k.keep(epoch);
  const auto first = k.ask(page(3));
  require_good(first);
  REQUIRE(first.incidents.size() == 3);
  CHECK(first.incidents[0].head.epoch == 7);
  CHECK(first.more);
  const auto second = k.ask(page(3, first.incidents.back().head.id));
  REQUIRE(second.incidents.size() == 3);
  CHECK(second.incidents[0].head.epoch == 4);
  const auto last = k.ask(page(3, second.incidents.back().head.id));
  REQUIRE(last.incidents.size() == 1);
  CHECK_FALSE(last.more);
  // The last one of a page may be gone by then.
  const auto gone = k.ask(page(3, "5-0123abcd"));
  REQUIRE_FALSE(gone.incidents.empty());
  CHECK(gone.incidents.front().head.epoch == 4);
}

TEST_CASE("one whole, and one that is not there") {
  kept k;
  k.keep(3);
  const auto reply = k.ask(whole("3-end"));
  require_good(reply);
  REQUIRE(reply.incidents.size() == 1);
  CHECK(reply.incidents.front().head.message == "failure 3");
  CHECK(reply.incidents.front().kept);
  CHECK(reply.document.find("its end") != std::string::npos);
  const auto none = k.ask(whole("4-end"));
  REQUIRE(none.failure);
  CHECK(none.failure->code == status_code::not_found);
  CHECK(none.failure->message.find("4-end") != std::string::npos);
}

TEST_CASE("of one that made room for newer ones the head is still told") {
  kept k;
  k.keep(3);
  k.name_node.files().remove(k.state_directory() + "/incidents/3-end.json", false);
  const auto reply = k.ask(whole("3-end"));
  require_good(reply);
  REQUIRE(reply.incidents.size() == 1);
  CHECK(reply.incidents.front().head.message == "failure 3");
  CHECK_FALSE(reply.incidents.front().kept);
  CHECK(reply.document.empty());
}

TEST_CASE("it works on every node, and when nothing of the component is left there") {
  kept k;
  k.keep(3);
  const auto elsewhere = k.session_on("edge2");
  incidents_request request;
  request.data = k.data;
  const auto reply = incidents(*elsewhere, k.in_time, request);
  require_good(reply);
  CHECK(reply.incidents.size() == 1);
}

TEST_CASE("garbage is told where it is asked for") {
  kept k;
  k.keep(3);
  k.files->put(k.state_directory() + "/incidents/9-end.json", "garbage");
  const auto listed = k.ask();
  require_good(listed);
  CHECK(listed.incidents.size() == 2);
  CHECK_FALSE(listed.incidents.front().problem.empty());
  CHECK(k.ask(whole("9-end")).failure->code == status_code::internal);
}

TEST_CASE("INV-10: an HDFS that is away is UNAVAILABLE, and no empty list") {
  kept k;
  k.keep(3);
  k.name_node.server().stop();
  const auto reply = k.ask();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unavailable);
}

TEST_CASE("a record of the original has none, and says why") {
  kept k;
  incidents_request request;
  request.data = k.data;
  request.data.state_root.clear();
  const auto reply = incidents(k.session(), k.in_time, request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::unimplemented);
}
