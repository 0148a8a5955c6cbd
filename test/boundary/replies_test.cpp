// Replies as JSON; their full shapes are compared with abi/samples in test/conformance.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/replies.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const boundary::reply_context context{"ns/app/comp", "id-1"};

error unavailable() { return fail(status_code::unavailable, "nobody answers").value(); }

}  // namespace

TEST_CASE("An error gets the component and the correlation id of its operation") {
  const auto out = boundary::failed(unavailable(), context);
  CHECK(out.status == status_code::unavailable);
  const auto json = test::parsed(out.document);
  CHECK(test::text_at(json, "error.component") == "ns/app/comp");
  CHECK(test::text_at(json, "error.correlation_id") == "id-1");
  error own = unavailable();
  own.component = "its own";
  CHECK(test::text_at(test::parsed(boundary::failed(own, context).document), "error.component") ==
        "its own");
}

TEST_CASE("validate: valid is said only when it is known") {
  lifecycle::validate_reply reply;
  reply.warnings = {{"$.properties.a", "odd"}};
  const auto good = boundary::write_reply(reply, context);
  CHECK(good.status == status_code::ok);
  CHECK(good.document ==
        R"({"schema":1,"valid":true,"warnings":[{"path":"$.properties.a","message":"odd"}]})");
  reply.failure = unavailable();
  const auto json = test::parsed(boundary::write_reply(reply, context).document);
  CHECK(io::member(json, "valid") == nullptr);
  CHECK(io::member(json, "warnings")->Size() == 1);
}

TEST_CASE("DM-13: a failed create returns the data of what is left") {
  lifecycle::create_reply reply;
  reply.failure = unavailable();
  CHECK(io::member(test::parsed(boundary::write_reply(reply, context).document), "data") ==
        nullptr);
  reply.data = lifecycle::component_data{};
  reply.data->id = "0123456789abcdef";
  const auto json = test::parsed(boundary::write_reply(reply, context).document);
  CHECK(test::text_at(json, "data.id") == "0123456789abcdef");
  CHECK(test::text_at(json, "error.code") == "UNAVAILABLE");
}

TEST_CASE("start: whether the component is still wanted stands beside the error") {
  lifecycle::start_reply reply;
  reply.state = "RUNNING";
  CHECK(test::text_at(test::parsed(boundary::write_reply(reply, context).document), "desired") ==
        "RUNNING");
  reply.failure = unavailable();
  CHECK(test::text_at(test::parsed(boundary::write_reply(reply, context).document), "desired") ==
        "STOPPED");
  reply.desired_running = true;
  const auto out = boundary::write_reply(reply, context);
  CHECK(out.status == status_code::unavailable);
  CHECK(test::text_at(test::parsed(out.document), "desired") == "RUNNING");
}

TEST_CASE("stop and destroy") {
  lifecycle::stop_reply stop;
  stop.changed = true;
  stop.state = "STOPPED";
  CHECK(boundary::write_reply(stop, context).document ==
        R"({"schema":1,"changed":true,"state":"STOPPED","savepoint":null,"information":""})");
  lifecycle::destroy_reply destroy;
  CHECK(boundary::write_reply(destroy, context).document == R"({"schema":1,"changed":false})");
}
