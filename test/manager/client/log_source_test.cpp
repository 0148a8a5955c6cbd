// Which log is read.
// SPDX-License-Identifier: Apache-2.0
#include "client/log_source.h"

#include <catch2/catch.hpp>

using namespace dmctl;

namespace {

json::document sources(const std::string& components) {
  return json::parse_or_throw("{\"components\": " + components + "}", "test");
}

const std::string two = R"([
  {"component": "batch", "error": "could not be asked"},
  {"component": "stream", "sources": [
    {"id": "guard-1", "kind": "guard", "state": "living"},
    {"id": "jm-2", "kind": "jobmanager", "state": "ended"},
    {"id": "tm-3", "kind": "taskmanager", "state": "living"},
    {"id": "tm-2", "kind": "taskmanager", "state": "living"}]}])";

}  // namespace

TEST_CASE("a living log is read before one of the past, a JobManager's before others") {
  CHECK(choose_source(sources(two), "").id == "tm-3");
  CHECK(choose_source(sources(two), "").component == "stream");
  CHECK(choose_source(sources(two), "guard").id == "guard-1");
  CHECK(choose_source(sources(two), "taskmanager").id == "tm-3");
  CHECK(choose_source(sources(two), "tm-2").id == "tm-2");
  CHECK(choose_source(sources(two), "jobmanager").id == "jm-2");
}

TEST_CASE("of a container its own log is read, not an empty one beside it") {
  const std::string files = R"([{"component": "stream", "sources": [
    {"id": "c1.flink.log", "kind": "jobmanager", "state": "living", "file": "flink.log"},
    {"id": "c1.jobmanager.log", "kind": "jobmanager", "state": "living", "file": "jobmanager.log"},
    {"id": "c2.flink.log", "kind": "taskmanager", "state": "living", "file": "flink.log"},
    {"id": "c2.taskmanager.log", "kind": "taskmanager", "state": "living",
     "file": "taskmanager.log"}]}])";
  CHECK(choose_source(sources(files), "").id == "c1.jobmanager.log");
  CHECK(choose_source(sources(files), "taskmanager").id == "c2.taskmanager.log");
  CHECK(choose_source(sources(files), "c2.flink.log").id == "c2.flink.log");
}

TEST_CASE("where there is none it is said what there is, and who could not be asked") {
  try {
    choose_source(sources(two), "gone");
    FAIL("there is one");
  } catch (const problem& none) {
    CHECK(none.code() == exit_code::unreachable);  // batch may have it
    CHECK(none.notes().size() == 5);
  }
  try {
    choose_source(sources("[]"), "");
    FAIL("there is one");
  } catch (const problem& none) {
    CHECK(none.code() == exit_code::not_found);
  }
}
