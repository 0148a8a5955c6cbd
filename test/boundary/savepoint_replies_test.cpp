// Replies of the savepoint extension; their full shapes are compared with abi/samples in
// test/conformance.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint_replies.h"

#include <stdexcept>

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const boundary::reply_context asked{"ns/app/comp", "id-1"};

error unavailable() { return fail(status_code::unavailable, "nobody answers").value(); }

state::restore_point point(const std::string& id) {
  state::restore_point made;
  made.id = id;
  return made;
}

}  // namespace

TEST_CASE("trigger: the savepoint stands beside the error, so that its id is known") {
  lifecycle::trigger_reply reply;
  CHECK(boundary::write_reply(reply, asked).document ==
        R"({"schema":1,"changed":false,"savepoint":null,"retired":[]})");
  reply.changed = true;
  reply.operation = "a";
  reply.savepoint = point("a");
  reply.savepoint->state = state::restore_point_state::in_progress;
  reply.retired = {"old"};
  reply.failure = fail(status_code::deadline_exceeded, "it goes on").value();
  const auto out = boundary::write_reply(reply, asked);
  CHECK(out.status == status_code::deadline_exceeded);
  const auto json = test::parsed(out.document);
  CHECK(test::text_at(json, "operation") == "a");
  CHECK(test::text_at(json, "savepoint.state") == "IN_PROGRESS");
  CHECK(test::text_at(json, "error.code") == "DEADLINE_EXCEEDED");
  CHECK(io::member(json, "retired")->Size() == 1);
}

TEST_CASE("dispose, pin and unpin") {
  savepoint::dispose_reply dispose;
  dispose.changed = true;
  dispose.path = "/s/savepoint-1";
  CHECK(boundary::write_reply(dispose, asked).document ==
        R"({"schema":1,"changed":true,"path":"hdfs:///s/savepoint-1"})");
  savepoint::pin_reply pin;
  pin.pinned = true;
  CHECK(boundary::write_reply(pin, asked).document ==
        R"({"schema":1,"changed":false,"pinned":true})");
  pin.failure = unavailable();
  CHECK(boundary::write_reply(pin, asked).status == status_code::unavailable);
}

TEST_CASE("plan: an age that is not known is left out, no restore point is null") {
  lifecycle::plan_reply reply;
  reply.obstacles = {"the queue is gone"};
  const auto without = test::parsed(boundary::write_reply(reply, asked).document);
  CHECK(test::text_at(without, "possible") == "False");
  CHECK(io::member(without, "age_ms") == nullptr);
  CHECK(without.HasMember("restore_point"));
  CHECK(io::member(without, "restore_point") == nullptr);
  CHECK(io::member(without, "obstacles")->Size() == 1);
  reply.possible = true;
  reply.age_ms = 0;
  reply.restore_point = point("a");
  reply.changes = {{"$.command", "a", "b"}};
  const auto with = test::parsed(boundary::write_reply(reply, asked).document);
  CHECK(test::text_at(with, "age_ms") == "0");
  CHECK(test::text_at(with, "restore_point.id") == "a");
  CHECK(test::text_at((*io::member(with, "changes"))[0], "to") == "b");
}

TEST_CASE("list: good and bad entries in the order of the request") {
  std::vector<boundary::batch_entry> entries{{{"ns", "app", "bad"}, unavailable()},
                                             {{"ns", "app", "good"}, {}}};
  savepoint::list_reply listed;
  listed.components.emplace_back();
  listed.components[0].name = {"ns", "app", "good"};
  listed.components[0].id = "0123456789abcdef";
  listed.components[0].points = {point("a"), point("b")};
  listed.components[0].total = 7;
  listed.components[0].more = true;
  listed.components[0].in_use = "b";
  listed.components[0].next = "a";
  const auto out = boundary::write_list(entries, listed, asked);
  CHECK(out.status == status_code::ok);
  const auto json = test::parsed(out.document);
  const auto& components = *io::member(json, "components");
  REQUIRE(components.Size() == 2);
  CHECK(test::text_at(components[0], "component") == "bad");
  CHECK(test::text_at(components[0], "error.code") == "UNAVAILABLE");
  CHECK(test::text_at(components[0], "error.component") == "ns/app/bad");
  CHECK(io::member(components[0], "points")->Empty());
  CHECK(test::text_at(components[1], "total") == "7");
  CHECK(test::text_at(components[1], "more") == "True");
  CHECK(test::text_at(components[1], "in_use") == "b");
  CHECK(test::text_at(components[1], "next") == "a");
  CHECK(io::member(components[1], "points")->Size() == 2);
  CHECK(io::member(components[1], "error") == nullptr);

  listed.components.clear();
  CHECK_THROWS_AS(boundary::write_list(entries, listed, asked), std::logic_error);
}
