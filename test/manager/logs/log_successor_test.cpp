// Which log goes on where one has ended.
#include "logs/log_successor.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

const json::document sources = json::parse_or_throw(R"([
  {"id": "guard.log", "kind": "guard", "file": "guard.log", "state": "living"},
  {"id": "client-5.log", "kind": "client", "epoch": 5, "file": "client-5.log", "state": "living"},
  {"id": "flink-epoch-5-client-h.log", "kind": "client", "epoch": 5,
   "file": "flink-epoch-5-client-h.log", "state": "living"},
  {"id": "client-3.log", "kind": "client", "epoch": 3, "file": "client-3.log", "state": "ended"},
  {"id": "c5-1.jobmanager.log", "kind": "jobmanager", "epoch": 5, "container_id": "c5-1",
   "file": "jobmanager.log", "state": "living"},
  {"id": "c5-1.jobmanager.out", "kind": "jobmanager", "epoch": 5, "container_id": "c5-1",
   "file": "jobmanager.out", "state": "living"},
  {"id": "c5-2.taskmanager.log", "kind": "taskmanager", "epoch": 5, "container_id": "c5-2",
   "file": "taskmanager.log", "state": "ended"},
  {"id": "c5-3.taskmanager.log", "kind": "taskmanager", "epoch": 5, "container_id": "c5-3",
   "file": "taskmanager.log", "state": "living"},
  {"id": "c3-1.jobmanager.log", "kind": "jobmanager", "epoch": 3, "container_id": "c3-1",
   "file": "jobmanager.log", "state": "ended"},
  {"id": "c6-1.jobmanager.log", "kind": "jobmanager", "epoch": 6, "container_id": "c6-1",
   "file": "jobmanager.log", "state": "unavailable"}])",
                                                    "the test");

std::string after(const std::string& id) {
  const auto ended = find_source(sources, id);
  REQUIRE(ended);
  const auto next = successor_of(sources, *ended);
  return next ? next->id : "none";
}

}  // namespace

TEST_CASE("the next incarnation's log of the same kind and file goes on") {
  CHECK(after("c3-1.jobmanager.log") == "c5-1.jobmanager.log");
  CHECK(after("client-3.log") == "client-5.log");
  CHECK(after("client-5.log") == "none");
  CHECK(after("guard.log") == "none");
}

TEST_CASE("a container that replaced one of the same run goes on") {
  CHECK(after("c5-2.taskmanager.log") == "c5-3.taskmanager.log");
  CHECK(after("c5-3.taskmanager.log") == "none");
}

TEST_CASE("what cannot be read does not go on, and what is no list has nothing") {
  CHECK(after("c5-1.jobmanager.log") == "none");
  CHECK_FALSE(find_source(sources, "absent"));
  CHECK_FALSE(find_source(json::make_object(), "guard.log"));
  CHECK_FALSE(successor_of(json::make_object(), {}));
}
