// The story that leads to a component's state.
// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/story.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace dm::component;
using dm::diagnosis::restart_budget;
using dm::diagnosis::story_of;
using dm::observation::component_status;
namespace io = dm::io;

namespace {

const io::wall_time noon = io::from_epoch_ms(1'795'439'455'951);

struct log_of {
  log_snapshot log;

  log_record& add(record_kind kind) {
    log_record record;
    record.number = log.newest_number() + 1;
    record.kind = kind;
    record.node = "edge1";
    record.user = "ada";
    record.written_at = noon;
    if (kind == record_kind::incarnation) record.intent = log.newest_intent()->number;
    return log.records[record.number] = record;
  }
  std::uint64_t incarnation(const std::string& restore_path = {}) {
    log_record& record = add(record_kind::incarnation);
    record.restore_path = restore_path;
    application_fact fact;
    fact.epoch = record.number;
    fact.application_id = "application_1_0001";
    fact.job_id = "79027c5e5ce9d22420e092835033910c";
    log.applications[record.number] = fact;
    return record.number;
  }
  end_fact& end(std::uint64_t epoch, enum outcome outcome, const std::string& failure_class = {}) {
    end_fact fact;
    fact.epoch = epoch;
    fact.outcome = outcome;
    fact.failure_class = failure_class;
    fact.cause = "java.lang.IllegalStateException: boo";
    fact.source = "job archive";
    fact.frame = "a.B.c(B.java:1)";
    fact.ended_at = noon;
    fact.lived_ms = 12'300;
    fact.decision = decision::restart;
    fact.restart_at = noon + std::chrono::seconds(2);
    return log.ends[epoch] = fact;
  }
};

std::string all(const std::vector<std::string>& story) {
  std::string text;
  for (const std::string& sentence : story) text += sentence + "\n";
  return text;
}

component_status status(dm::component::component_state state, const std::string& reason = {}) {
  component_status made;
  made.state = state;
  made.confidence = dm::observation::confidence::confirmed;
  made.since = noon;
  made.reason = reason;
  return made;
}

}  // namespace

TEST_CASE("what was never started") {
  const auto story = story_of({}, status(component_state::created), {});
  CHECK(story.front() == "The component was never started.");
  CHECK(story.back().find("CREATED (confirmed)") != std::string::npos);
}

TEST_CASE("the chain from the start to the present state, in the order of time") {
  log_of l;
  l.add(record_kind::run);
  const auto epoch = l.incarnation("/state/a/checkpoints/1/chk-9");
  l.end(epoch, outcome::failed, "user_exception");
  const auto story = story_of(l.log, status(component_state::backoff, "boo; next attempt now"),
                              restart_budget{3, 600'000});
  const std::string text = all(story);
  INFO(text);
  REQUIRE(story.size() == 6);
  CHECK(story[0].find("A start was asked for") == 0);
  CHECK(story[0].find("by ada on node edge1 (record 1)") != std::string::npos);
  CHECK(story[1].find("to go on from hdfs:///state/a/checkpoints/1/chk-9") != std::string::npos);
  CHECK(story[1].find("application_1_0001") != std::string::npos);
  CHECK(story[2].find("as failed after 12.3 s: java.lang.IllegalStateException: boo, thrown at "
                      "a.B.c(B.java:1) (user_exception, by job archive)") != std::string::npos);
  CHECK(story[2].find("the program's failure, and counts") != std::string::npos);
  CHECK(story[3].find("decided for another attempt") != std::string::npos);
  CHECK(story[4].find("3 in a row, each within 600 s") != std::string::npos);
  CHECK(story[5].find("So the component is BACKOFF (confirmed)") == 0);
}

TEST_CASE("whose trouble it is") {
  log_of l;
  l.add(record_kind::run);
  const auto epoch = l.incarnation();
  end_fact& end = l.end(epoch, outcome::failed, "cluster_lost");
  const auto told = [&] { return all(story_of(l.log, status(component_state::backoff), {})); };
  CHECK(told().find("the cluster's or the node's trouble") != std::string::npos);
  CHECK(told().find("In a row") == std::string::npos);
  end.failure_class = "state_incompatible";
  end.decision = decision::give_up;
  end.restart_at = {};
  CHECK(told().find("a retry cannot help") != std::string::npos);
  CHECK(told().find("The guard gave up.") != std::string::npos);
  end.outcome = outcome::unknown;
  end.failure_class.clear();
  CHECK(told().find("YARN has lost it") != std::string::npos);
  end.outcome = outcome::failed;
  end.counts = false;
  CHECK(told().find("nothing had been submitted") != std::string::npos);
}

TEST_CASE("stops, destroys and starts that failed") {
  log_of l;
  l.add(record_kind::run);
  const auto epoch = l.incarnation();
  l.end(epoch, outcome::stopped).cause.clear();
  log_record& stop = l.add(record_kind::stop);
  stop.savepoint_operation = "nightly";
  const auto told = [&] { return all(story_of(l.log, status(component_state::stopped), {})); };
  CHECK(told().find("A stop was asked for") != std::string::npos);
  CHECK(told().find("with the savepoint nightly") != std::string::npos);
  CHECK(told().find("decided") == std::string::npos);
  stop.stop_cause = "start-failed";
  CHECK(told().find("was taken back") != std::string::npos);
  stop.stop_cause = destroyed;
  stop.state_disposed = true;
  CHECK(told().find("destroyed") != std::string::npos);
  CHECK(told().find("all of its state") != std::string::npos);
  // What was before a destroy is a former life.
  CHECK(told().find("A start was asked for") == std::string::npos);
}

TEST_CASE("INV-12: of a long row of failures the newest are told, and how many there were") {
  log_of l;
  l.add(record_kind::run);
  for (int i = 0; i < 50; ++i) l.end(l.incarnation(), outcome::failed, "user_exception");
  const auto story = story_of(l.log, status(component_state::backoff), {});
  CHECK(story.size() < 25);
  const std::string text = all(story);
  CHECK(text.find("50 incarnations were claimed") != std::string::npos);
  CHECK(text.find("In a row 50 of its runs have failed") != std::string::npos);
  CHECK(text.find("Incarnation 51 ended") != std::string::npos);
  CHECK(text.find("Incarnation 2 ended") == std::string::npos);
}
