// Replies as JSON; their full shapes are compared with abi/samples in test/conformance.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/replies.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const boundary::reply_context asked{"ns/app/comp", "id-1"};

error unavailable() { return fail(status_code::unavailable, "nobody answers").value(); }

}  // namespace

TEST_CASE("An error gets the component and the correlation id of its operation") {
  const auto out = boundary::failed(unavailable(), asked);
  CHECK(out.status == status_code::unavailable);
  const auto json = test::parsed(out.document);
  CHECK(test::text_at(json, "error.component") == "ns/app/comp");
  CHECK(test::text_at(json, "error.correlation_id") == "id-1");
  error own = unavailable();
  own.component = "its own";
  CHECK(test::text_at(test::parsed(boundary::failed(own, asked).document), "error.component") ==
        "its own");
}

TEST_CASE("validate: valid is said only when it is known") {
  lifecycle::validate_reply reply;
  reply.warnings = {{"$.properties.a", "odd"}};
  const auto good = boundary::write_reply(reply, asked);
  CHECK(good.status == status_code::ok);
  CHECK(good.document ==
        R"({"schema":1,"valid":true,"warnings":[{"path":"$.properties.a","message":"odd"}]})");
  reply.failure = unavailable();
  const auto json = test::parsed(boundary::write_reply(reply, asked).document);
  CHECK(io::member(json, "valid") == nullptr);
  CHECK(io::member(json, "warnings")->Size() == 1);
}

TEST_CASE("DM-13: a failed create returns the data of what is left") {
  lifecycle::create_reply reply;
  reply.failure = unavailable();
  CHECK(io::member(test::parsed(boundary::write_reply(reply, asked).document), "data") == nullptr);
  reply.data = input::component_data{};
  reply.data->id = "0123456789abcdef";
  const auto json = test::parsed(boundary::write_reply(reply, asked).document);
  CHECK(test::text_at(json, "data.id") == "0123456789abcdef");
  CHECK(test::text_at(json, "error.code") == "UNAVAILABLE");
}

TEST_CASE("start: whether the component is still wanted stands beside the error") {
  lifecycle::start_reply reply;
  reply.state = "RUNNING";
  reply.desired = "RUNNING";
  CHECK(test::text_at(test::parsed(boundary::write_reply(reply, asked).document), "desired") ==
        "RUNNING");
  reply.failure = unavailable();
  reply.desired = "STOPPED";
  CHECK(test::text_at(test::parsed(boundary::write_reply(reply, asked).document), "desired") ==
        "STOPPED");
  reply.desired.clear();
  reply.state.clear();
  const auto unknown = test::parsed(boundary::write_reply(reply, asked).document);
  REQUIRE(unknown.HasMember("desired"));
  CHECK(unknown["desired"].IsNull());  // not established
  CHECK(io::member(unknown, "state") == nullptr);
  reply.desired = "RUNNING";
  const auto out = boundary::write_reply(reply, asked);
  CHECK(out.status == status_code::unavailable);
  CHECK(test::text_at(test::parsed(out.document), "desired") == "RUNNING");
}

TEST_CASE("start: what it starts from, once that is known") {
  lifecycle::start_reply reply;
  CHECK(io::member(test::parsed(boundary::write_reply(reply, asked).document), "restore_point") ==
        nullptr);
  reply.restore_point = {"a", "/s/savepoint-1", "the newest of epoch 2"};
  const auto with = test::parsed(boundary::write_reply(reply, asked).document);
  CHECK(test::text_at(with, "restore_point.id") == "a");
  CHECK(test::text_at(with, "restore_point.path") == "hdfs:///s/savepoint-1");
  CHECK(test::text_at(with, "restore_point.why") == "the newest of epoch 2");
  reply.restore_point = {"", "", "this is the first run"};
  const auto without = test::parsed(boundary::write_reply(reply, asked).document);
  CHECK(io::to_text(*io::member(without, "restore_point")) == R"({"why":"this is the first run"})");
}

TEST_CASE("stop and destroy") {
  lifecycle::stop_reply stop;
  stop.changed = true;
  stop.state = "STOPPED";
  stop.desired = "STOPPED";
  CHECK(
      boundary::write_reply(stop, asked).document ==
      R"({"schema":1,"changed":true,"state":"STOPPED","desired":"STOPPED","savepoint":null,"information":""})");
  stop.savepoint.emplace().id = "before-maintenance";
  CHECK(test::text_at(test::parsed(boundary::write_reply(stop, asked).document), "savepoint.id") ==
        "before-maintenance");
  stop.desired = "RUNNING";  // its savepoint has failed, the job runs on
  stop.failure = unavailable();
  CHECK(test::text_at(test::parsed(boundary::write_reply(stop, asked).document), "desired") ==
        "RUNNING");
  lifecycle::destroy_reply destroy;
  CHECK(boundary::write_reply(destroy, asked).document == R"({"schema":1,"changed":false})");
}
