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
  REQUIRE(story.size() == 2);
  CHECK(story.front() == "It is CREATED since 2026-11-23 13:10:55 UTC.");
  CHECK(story.back() == "It was never started.");
}

TEST_CASE("the present state first, then what led to it in the order of time, each fact once") {
  log_of l;
  l.add(record_kind::run);
  const auto epoch = l.incarnation("/state/a/checkpoints/1/chk-9");
  l.end(epoch, outcome::failed, "user_exception");
  component_status now =
      status(component_state::backoff, "java.lang.IllegalStateException: boo; next attempt at " +
                                           io::to_rfc3339(noon + std::chrono::seconds(2)));
  now.rules = {dm::observation::rule::retry_is_due};
  const auto story = story_of(l.log, now, restart_budget{3, 600'000});
  const std::string text = all(story);
  INFO(text);
  REQUIRE(story.size() == 5);
  CHECK(story[0] ==
        "It is BACKOFF since 2026-11-23 13:10:55 UTC: java.lang.IllegalStateException: boo; next "
        "attempt at 2026-11-23 13:10:57 UTC.");
  CHECK(story[1] == "2026-11-23 13:10:55 UTC: ada asked for a start on node edge1.");
  CHECK(story[2] ==
        "2026-11-23 13:10:55 UTC: run 2 began from hdfs:///state/a/checkpoints/1/chk-9, as "
        "application_1_0001, Flink job 79027c5e5ce9d22420e092835033910c.");
  CHECK(story[3] ==
        "2026-11-23 13:10:55 UTC: run 2 failed after 12.3 s, as said above, thrown at "
        "a.B.c(B.java:1) (user_exception, by job archive); that is the program's own failure, and "
        "counts.");
  CHECK(story[4] ==
        "One run has failed by the program's own fault; 3 in a row, each within 600 s of its "
        "start, are tried again.");
}

TEST_CASE("a run of a schedule that failed is followed by the next one, and by no other attempt") {
  log_of l;
  l.add(record_kind::run);
  for (const char* run : {"0000002-1-oozie-W.0", "0000004-1-oozie-W.0"}) {
    const auto epoch = l.incarnation();
    l.log.records[epoch].run_name = run;
    l.end(epoch, outcome::failed, "user_exception").decision = decision::give_up;
  }
  component_status now = status(component_state::scheduled, "the last run has failed");
  now.rules = {dm::observation::rule::next_run_is_awaited};
  const std::string text = all(story_of(l.log, now, restart_budget{3, 600'000}));
  INFO(text);
  CHECK(text.find("run 2 failed") != std::string::npos);
  CHECK(text.find("run 3 failed") != std::string::npos);
  CHECK(text.find("in a row") == std::string::npos);
  CHECK(text.find("gave up") == std::string::npos);
}

TEST_CASE("attempts are counted within a run of a schedule") {
  log_of l;
  l.add(record_kind::run);
  for (const char* run : {"0000002-1-oozie-W.0", "0000004-1-oozie-W.0"}) {
    const auto epoch = l.incarnation();
    l.log.records[epoch].run_name = run;
    l.end(epoch, outcome::failed, "user_exception");
  }
  const std::string text =
      all(story_of(l.log, status(component_state::backoff), restart_budget{3, 600'000}));
  INFO(text);
  CHECK(text.find("One run has failed by the program's own fault; 3 in a row") !=
        std::string::npos);
}

TEST_CASE("a cause that the state does not tell is told where it was") {
  log_of l;
  l.add(record_kind::run);
  l.end(l.incarnation(), outcome::failed, "user_exception");
  l.incarnation("/state/a/checkpoints/1/chk-9");
  const auto story = story_of(l.log, status(component_state::running), {});
  const std::string text = all(story);
  INFO(text);
  CHECK(story[0] == "It is RUNNING since 2026-11-23 13:10:55 UTC.");
  CHECK(story[3].find("run 2 failed after 12.3 s: java.lang.IllegalStateException: boo") !=
        std::string::npos);
  CHECK(story[4].find("run 3 began from hdfs:///state/a/checkpoints/1/chk-9") != std::string::npos);
  // That it was tried again is seen.
  CHECK(text.find("The guard") == std::string::npos);
}

TEST_CASE("what is not certain says so, and what the state does not tell of the guard is told") {
  log_of l;
  l.add(record_kind::run);
  end_fact& end = l.end(l.incarnation(), outcome::failed, "user_exception");
  end.decision = decision::give_up;
  end.restart_at = {};
  component_status now = status(component_state::failed, end.cause);
  now.rules = {dm::observation::rule::given_up};
  now.confidence = dm::observation::confidence::stale;
  const auto story = story_of(l.log, now, {});
  CHECK(story.front().find("It is FAILED, as far as is known (stale) since") == 0);
  CHECK(story.back() == "The guard gave up: only a start brings it back.");
}

TEST_CASE("whose trouble it is") {
  log_of l;
  l.add(record_kind::run);
  const auto epoch = l.incarnation();
  end_fact& end = l.end(epoch, outcome::failed, "cluster_lost");
  const auto told = [&] { return all(story_of(l.log, status(component_state::backoff), {})); };
  CHECK(told().find("the cluster's or the node's trouble") != std::string::npos);
  CHECK(told().find("own fault") == std::string::npos);
  end.failure_class = "state_incompatible";
  CHECK(told().find("a retry cannot help") != std::string::npos);
  end.outcome = outcome::unknown;
  end.failure_class.clear();
  CHECK(told().find("YARN has lost it") != std::string::npos);
  end.outcome = outcome::failed;
  end.counts = false;
  CHECK(told().find("nothing was submitted for run 2") != std::string::npos);
}

TEST_CASE("a night of refusals is one line, and hides no run") {
  log_of l;
  l.add(record_kind::run);
  const auto ran = l.incarnation();
  l.end(ran, outcome::failed, "cluster_lost").cause = "the JobManager was killed";
  for (int i = 0; i < 9; ++i) {
    end_fact& refused = l.end(l.incarnation(), outcome::failed, "queue_policy_refused");
    refused.counts = false;
    refused.cause = "the queue policy has no map";
  }
  const auto story = story_of(l.log, status(component_state::backoff), {});
  const std::string told = all(story);
  CHECK(told.find("run 2 began") != std::string::npos);
  CHECK(told.find("the JobManager was killed") != std::string::npos);
  CHECK(told.find("nothing was submitted for run 11, nor for the 8 before it: the queue policy has "
                  "no map (queue_policy_refused).") != std::string::npos);
  CHECK(told.find("run 11 began") == std::string::npos);
}

TEST_CASE("stops, destroys and starts that failed") {
  log_of l;
  l.add(record_kind::run);
  const auto epoch = l.incarnation();
  l.end(epoch, outcome::stopped).cause.clear();
  log_record& stop = l.add(record_kind::stop);
  stop.savepoint_operation = "nightly";
  const auto told = [&] { return story_of(l.log, status(component_state::stopped), {}); };
  // The run ended for the stop.
  REQUIRE(told().size() == 5);
  CHECK(told()[3].find("ada asked for a stop with the savepoint nightly") != std::string::npos);
  CHECK(told()[4].find("run 2 was stopped after 12.3 s") != std::string::npos);
  // It had ended before.
  l.log.ends[epoch].ended_at = noon - std::chrono::seconds(9);
  CHECK(told()[3].find("run 2 was stopped") != std::string::npos);
  CHECK(told()[4].find("asked for a stop") != std::string::npos);
  stop.stop_cause = "start-failed";
  CHECK(all(told()).find("was taken back") != std::string::npos);
  stop.stop_cause = destroyed;
  // An upgrade does it, too.
  CHECK(all(told()).find("ada had the component taken away: destroyed it, or upgraded") !=
        std::string::npos);
  stop.state_disposed = true;
  CHECK(all(told()).find("destroyed the component, with all of its state") != std::string::npos);
  // What was before a destroy is a former life.
  CHECK(all(told()).find("asked for a start") == std::string::npos);
}

TEST_CASE("INV-12: of a long row of failures the newest are told, and how many there were") {
  log_of l;
  l.add(record_kind::run);
  for (int i = 0; i < 50; ++i) l.end(l.incarnation(), outcome::failed, "user_exception");
  const auto story = story_of(l.log, status(component_state::backoff), {});
  CHECK(story.size() < 25);
  const std::string text = all(story);
  CHECK(text.find("there were 50 runs") != std::string::npos);
  CHECK(text.find("50 runs in a row have failed") != std::string::npos);
  CHECK(text.find("run 51 failed") != std::string::npos);
  CHECK(text.find("run 2 failed") == std::string::npos);
}
