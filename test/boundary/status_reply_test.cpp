// The reply of status as JSON.
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <catch2/catch.hpp>

#include "boundary/replies.h"
#include "json.h"

using namespace dm;

namespace {

const io::wall_time moment = io::from_epoch_ms(1'795'438'267'442);

observation::component_status running() {
  observation::component_status status;
  status.name = {"ns", "app", "comp"};
  status.id = "0123456789abcdef";
  status.state = observation::component_state::running;
  status.summary = "RUNNING";
  status.desired = "RUNNING";
  status.confidence = observation::confidence::confirmed;
  status.observed_at = moment;
  status.yarn_started_ms = 1'795'437'700'000;
  observation::incarnation_report newest;
  newest.epoch = 4;
  newest.application_id = "application_1_1";
  newest.job_id = "job";
  newest.started_at = moment;
  newest.restore_point = "/s/savepoint-1";
  status.incarnations = {newest};
  return status;
}

io::json_document written(const std::vector<boundary::batch_entry>& entries,
                          const std::vector<observation::component_status>& observed,
                          bool detail = false) {
  const auto out = boundary::write_status(moment, entries, observed, detail, {});
  CHECK(out.status == status_code::ok);
  return test::parsed(out.document);
}

}  // namespace

TEST_CASE("What is not known is left out; the DM's start time is a number") {
  const auto json = written({{{"ns", "app", "comp"}, {}}}, {running()});
  const io::json_value& entry = (*io::member(json, "components"))[0];
  CHECK(test::text_at(entry, "started_at") == "2026-11-23T12:41:40.000Z");
  CHECK(io::integer_member(entry, "yarn_start_time") == 1'795'437'700'000);
  for (const char* absent :
       {"since", "application_id", "job_id", "yarn_state", "vertices", "restarts", "error"}) {
    INFO(absent);
    CHECK(io::member(entry, absent) == nullptr);
  }
  for (const char* always :
       {"reason", "job_name", "tracking_url", "history_url", "logs", "evidence"}) {
    INFO(always);
    CHECK(entry.HasMember(always));
  }
}

TEST_CASE("Whether somebody watches is told where it is known") {
  auto status = running();
  const std::vector<boundary::batch_entry> entries{{{"ns", "app", "comp"}, {}}};
  CHECK_FALSE((*io::member(written(entries, {status}), "components"))[0].HasMember("watched"));
  for (const bool watched : {false, true}) {
    status.watched = watched;
    const auto json = written(entries, {status});
    CHECK(io::bool_member((*io::member(json, "components"))[0], "watched") == watched);
  }
}

TEST_CASE("Incarnations come with detail") {
  const std::vector<boundary::batch_entry> entries{{{"ns", "app", "comp"}, {}}};
  CHECK_FALSE(
      (*io::member(written(entries, {running()}), "components"))[0].HasMember("incarnations"));
  const auto json = written(entries, {running()}, true);
  const io::json_value& incarnation =
      (*io::member((*io::member(json, "components"))[0], "incarnations"))[0];
  CHECK(io::integer_member(incarnation, "epoch") == 4);
  CHECK_FALSE(incarnation.HasMember("ended_at"));
  CHECK(io::string_member(incarnation, "restore_point") == "hdfs:///s/savepoint-1");
}

TEST_CASE("The queue, and what a queue policy said of it, are told where they are known") {
  const std::vector<boundary::batch_entry> entries{{{"ns", "app", "comp"}, {}}};
  auto status = running();
  const auto without = written(entries, {status}, true);
  const io::json_value& bare = (*io::member(without, "components"))[0];
  CHECK_FALSE(bare.HasMember("queue"));
  CHECK_FALSE((*io::member(bare, "incarnations"))[0].HasMember("queue_policy"));
  status.queue = "root.prod";
  status.incarnations.front().queue_policy =
      component::queue_answer{"prod", component::queue_word::not_allowed, "", "no"};
  const auto json = written(entries, {status}, true);
  const io::json_value& entry = (*io::member(json, "components"))[0];
  CHECK(test::text_at(entry, "queue") == "root.prod");
  const io::json_value* said = io::member((*io::member(entry, "incarnations"))[0], "queue_policy");
  REQUIRE(said != nullptr);
  CHECK(test::text_at(*said, "requested") == "prod");
  CHECK(test::text_at(*said, "answer") == "not_allowed");
  CHECK(test::text_at(*said, "text") == "no");
  CHECK_FALSE(said->HasMember("queue"));
}

TEST_CASE("A component that was never started has desired null") {
  auto status = running();
  status.desired.clear();
  const auto json = written({{{"ns", "app", "comp"}, {}}}, {status});
  CHECK((*io::member(json, "components"))[0]["desired"].IsNull());
}

TEST_CASE("Malformed entries keep their places") {
  const error wrong = fail(status_code::invalid_argument, "Entry 0 is wrong").value();
  const auto json =
      written({{{"", "", ""}, wrong}, {{"ns", "app", "comp"}, {}}, {{"ns", "app", "typo"}, wrong}},
              {running()});
  const io::json_value& entries = *io::member(json, "components");
  REQUIRE(entries.Size() == 3);
  CHECK(test::text_at(entries[0], "state") == "UNKNOWN");
  CHECK(test::text_at(entries[0], "confidence") == "unknown");
  CHECK(test::text_at(entries[0], "error.code") == "INVALID_ARGUMENT");
  CHECK(test::text_at(entries[0], "error.component").empty());
  CHECK(test::text_at(entries[1], "state") == "RUNNING");
  CHECK(test::text_at(entries[2], "error.component") == "ns/app/typo");
}

TEST_CASE("An answer that is too short is a defect, not an answer for somebody else") {
  CHECK_THROWS_AS(boundary::write_status(moment, {{{"ns", "app", "comp"}, {}}}, {}, false, {}),
                  std::logic_error);
}
