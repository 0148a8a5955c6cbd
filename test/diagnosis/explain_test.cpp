// The verb explain: one evaluation with status, told in sentences.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/explain.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "component/incident_store.h"
#include "observation/rule.h"
#include "support/deployment.h"

using namespace dm::diagnosis;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using dm::observation::rule;
namespace fake = dm::fake;
using dm::test::deployment;
using dm::test::require_good;
namespace io = dm::io;

namespace {

explain_reply ask(deployment& d) {
  const auto reply = explain(d.session(), io::operation::within(std::chrono::minutes(1)), {d.data});
  require_good(reply);
  return reply;
}

// As status says it at the same moment.
std::string state_of(deployment& d) {
  const auto seen = dm::observation::status(
      d.session(), io::operation::within(std::chrono::minutes(1)), {{d.data}, false});
  return std::string(dm::observation::to_string(seen.front().state));
}

bool has_rule(const explain_reply& reply, rule one) {
  return std::find(reply.rules.begin(), reply.rules.end(), dm::observation::described(one)) !=
         reply.rules.end();
}

bool says(const explain_reply& reply, const std::string& part) {
  for (const std::string& sentence : reply.sentences) UNSCOPED_INFO(sentence);
  return std::any_of(reply.sentences.begin(), reply.sentences.end(), [&](const auto& sentence) {
    return sentence.find(part) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("what was never started says so, and what a start would do") {
  deployment d;
  const auto reply = ask(d);
  CHECK(reply.state == "CREATED");
  CHECK(reply.state == state_of(d));
  CHECK(says(reply, "was never started"));
  CHECK(says(reply, "A start now would begin without state"));
  CHECK(has_rule(reply, rule::never_started));
  CHECK_FALSE(reply.facts.empty());
}

TEST_CASE("a job that runs") {
  deployment d;
  const std::string id = d.run();
  const auto reply = ask(d);
  CHECK(reply.state == "RUNNING");
  CHECK(reply.state == state_of(d));
  CHECK(says(reply, "asked for a start"));
  CHECK(says(reply, id));
  CHECK(has_rule(reply, rule::all_tasks_run));
  CHECK_FALSE(says(reply, "A start now"));
}

TEST_CASE("a job that Flink restarts, though YARN says RUNNING") {
  deployment d;
  d.run();
  d.job_manager.change([](fake::flink_job& job) {
    job.state = "RESTARTING";
    job.root_exception = "java.lang.IllegalStateException: boo\n\tat a.B.c(B.java:1)\n";
    job.exception_ms = job.modified_ms;
    job.restarts = 3;
  });
  const auto reply = ask(d);
  CHECK(reply.state == "RESTARTING");
  CHECK(has_rule(reply, rule::flink_restarts_it));
  CHECK(says(reply, "boo"));
}

TEST_CASE("a component that was given up: the cause, whose trouble it was, and the incident") {
  deployment d;
  d.append(record_kind::run);
  const std::uint64_t epoch = d.append(record_kind::incarnation);
  d.put_end(epoch, outcome::failed, decision::give_up, "the sensor is on fire");
  io::http_client http;
  dm::cluster::hdfs hdfs(http, {d.name_node.address()}, d.data.user);
  dm::component::incident_store store(hdfs, d.state_directory());
  dm::component::incident one;
  one.head.id = dm::component::end_incident_id(epoch);
  one.head.epoch = epoch;
  one.head.message = "the sensor is on fire";
  REQUIRE(store.keep({}, one));
  const auto reply = ask(d);
  CHECK(reply.state == "FAILED");
  CHECK(reply.state == state_of(d));
  CHECK(says(reply, "the sensor is on fire"));
  CHECK(says(reply, "The guard gave up"));
  CHECK(says(reply, "kept as incident " + one.head.id));
  CHECK(has_rule(reply, rule::given_up));
}

TEST_CASE("a start that would be refused says why") {
  deployment d;
  d.data.state = dm::component::state_policy::required;
  const auto reply = ask(d);
  CHECK(says(reply, "A start now would be refused"));
}

TEST_CASE("INV-4: silence is told as silence, and the verb succeeds") {
  deployment d;
  d.run();
  d.resource_manager.server().stop();
  const auto reply = ask(d);
  CHECK(has_rule(reply, rule::yarn_is_silent));
  CHECK(reply.state == "RUNNING");
  d.name_node.server().stop();
  const auto blind = ask(d);
  CHECK(says(blind, "The component's log was not read"));
}

TEST_CASE("INV-7: no secret in a sentence or a fact, and nothing that a terminal would obey") {
  deployment d;
  d.append(record_kind::run);
  const std::uint64_t epoch = d.append(record_kind::incarnation);
  d.put_end(epoch, outcome::failed, decision::give_up,
            "no login with db.password=hunter2 \x1b[31m or \xc2\x9b"
            "2J");
  const auto reply = ask(d);
  CHECK(says(reply, "no login with"));
  for (const auto& sentence : reply.sentences) {
    CHECK(sentence.find('\x1b') == std::string::npos);
    CHECK(sentence.find("\xc2\x9b") == std::string::npos);
  }
  for (const auto& sentence : reply.sentences) CHECK(sentence.find("hunter2") == std::string::npos);
  for (const auto& fact : reply.facts) CHECK(fact.message.find("hunter2") == std::string::npos);
}

TEST_CASE("every rule has a sentence of its own") {
  std::vector<std::string_view> all;
  for (int i = 0; i < dm::observation::rule_count; ++i) {
    const auto text = dm::observation::described(static_cast<rule>(i));
    CAPTURE(text);
    CHECK(text.ends_with('.'));
    CHECK(std::find(all.begin(), all.end(), text) == all.end());
    all.push_back(text);
  }
}
