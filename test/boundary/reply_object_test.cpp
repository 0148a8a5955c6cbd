// What all replies are made with.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/reply_object.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

std::string written(const state::restore_point& point) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  boundary::write_restore_point(writer, point);
  return std::string(io::text(buffer));
}

}  // namespace

TEST_CASE("A restore point of which little is known has few members") {
  state::restore_point point;
  point.id = "by-hand";
  point.state = state::restore_point_state::discovered;
  CHECK(written(point) ==
        R"({"id":"by-hand","kind":"savepoint","state":"DISCOVERED","pinned":false})");
  point.kind = state::restore_point_kind::checkpoint;
  point.path = "/a/chk-6";
  point.epoch = 2;
  point.checkpoint_id = 6;
  const auto json = test::parsed(written(point));
  CHECK(test::text_at(json, "kind") == "checkpoint");
  CHECK(test::text_at(json, "path") == "hdfs:///a/chk-6");
  CHECK(test::text_at(json, "epoch") == "2");
  CHECK(test::text_at(json, "checkpoint_id") == "6");
  // Nobody asked for it: neither is known.
  CHECK(io::member(json, "operation") == nullptr);
  CHECK(io::member(json, "format") == nullptr);
}

TEST_CASE("A restore point of an operation tells all of it") {
  state::restore_point point;
  point.id = "a";
  point.reason = "gone";
  point.path = "/s/savepoint-1";
  point.epoch = 3;
  point.job_id = "79027c";
  point.checkpoint_id = 9;
  point.operation = state::operation_kind::stop;
  point.pinned = true;
  point.pin_reason = "why";
  point.flink_version = "1.20.5";
  point.format = flink::savepoint_format::native;
  point.parallelism = 4;
  point.duration_ms = 20;
  point.size_bytes = 100;
  point.file_count = 2;
  point.user = "ada";
  point.requested_at = io::from_epoch_ms(1'000);
  point.completed_at = io::from_epoch_ms(2'000);
  CHECK(
      written(point) ==
      R"({"id":"a","kind":"savepoint","state":"COMPLETED","reason":"gone","path":"hdfs:///s/savepoint-1","epoch":3,)"
      R"("job_id":"79027c","checkpoint_id":9,"operation":"stop","pinned":true,"pin_reason":"why",)"
      R"("flink_version":"1.20.5","format":"native","parallelism":4,"duration_ms":20,"size_bytes":100,"file_count":2,)"
      R"("user":"ada","requested_at":"1970-01-01T00:00:01.000Z","completed_at":"1970-01-01T00:00:02.000Z"})");
}

TEST_CASE("No restore point is null") {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  boundary::put_restore_point(writer, "savepoint", std::nullopt);
  writer.EndObject();
  CHECK(io::text(buffer) == R"({"savepoint":null})");
}

TEST_CASE("A reply begins with its schema, and its error has the operation's component") {
  const boundary::reply_context context{"ns/app/comp", "id-1"};
  boundary::reply_object good(context);
  boundary::put_texts(good.writer(), "c", {"x", "y"});
  const auto out = good.finish(std::nullopt);
  CHECK(out.status == status_code::ok);
  CHECK(out.document == R"({"schema":1,"c":["x","y"]})");
  boundary::reply_object bad(context);
  const auto failed = bad.finish(fail(status_code::unavailable, "nobody answers").value());
  CHECK(failed.status == status_code::unavailable);
  CHECK(test::text_at(test::parsed(failed.document), "error.component") == "ns/app/comp");
}
