// The component's log on an HDFS in memory: claims, facts, reading, pruning.
// SPDX-License-Identifier: Apache-2.0
#include "component/component_log.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "fake/name_node.h"

using namespace dm::component;
using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const io::operation in_time = io::operation::within(std::chrono::minutes(2));
const std::string directory = "/state/prod/app/job";

struct one_log {
  fake::name_node node;
  io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  component_log log{hdfs, directory};

  one_log() { node.files().make_directories("/state", "hdfs", "1777"); }
  void prepare() { REQUIRE(log.prepare(in_time, "/state")); }
  // As another process would see it.
  log_snapshot read_afresh() {
    auto seen = component_log(hdfs, directory).read(in_time);
    if (!seen) FAIL(seen.error().text());
    return *seen;
  }
};

log_record of_kind(record_kind kind) {
  log_record record;
  record.kind = kind;
  record.node = "edge1";
  return record;
}

std::uint64_t claimed(one_log& l, record_kind kind, std::uint64_t after) {
  const auto number = l.log.claim(in_time, of_kind(kind), after);
  REQUIRE(number);
  REQUIRE(number->has_value());
  return **number;
}

}  // namespace

TEST_CASE("an absent directory is an empty log") {
  one_log l;
  const log_snapshot seen = l.read_afresh();
  CHECK(seen.records.empty());
  CHECK(seen.newest_intent() == nullptr);
  CHECK(seen.newest_incarnation() == nullptr);
  CHECK(seen.newest_number() == 0);
  CHECK_FALSE(seen.wanted());
}

TEST_CASE("prepare makes the directories with the modes that users need, and is idempotent") {
  one_log l;
  l.prepare();
  l.prepare();
  CHECK(l.node.files().status("/state/prod").status.permission == "1777");
  CHECK(l.node.files().status("/state/prod").status.owner == "pnda");
  CHECK(l.node.files().status(directory + "/log").status.permission == "750");
  CHECK(l.read_afresh().records.empty());
}

TEST_CASE("a namespace that its maker did not live to share is shared by the next one (INV-5)") {
  one_log l;
  l.node.files().make_directories("/state/prod", "pnda", "755");
  SECTION("nothing below it yet") {}
  SECTION("all below it is there") {
    l.node.files().make_directories(directory + "/log", "pnda", "750");
  }
  l.prepare();
  CHECK(l.node.files().status("/state/prod").status.permission == "1777");
}

TEST_CASE("a namespace of another user is left as it is") {
  one_log l;
  l.node.files().make_directories("/state/prod", "alice", "755");
  l.prepare();
  CHECK(l.node.files().status("/state/prod").status.permission == "755");
}

TEST_CASE("without a state root nothing is made, and the administrator is told what to do") {
  one_log l;
  component_log other(l.hdfs, "/elsewhere/prod/app/job");
  const auto refused = other.prepare(in_time, "/elsewhere");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("/elsewhere") != std::string::npos);
  CHECK(refused.error().hint.find("hdfs dfs -mkdir -p /elsewhere") != std::string::npos);
  CHECK_FALSE(l.node.files().exists("/elsewhere"));
}

TEST_CASE("the newest run or stop is the desired state; incarnations belong to their run") {
  one_log l;
  l.prepare();
  CHECK(claimed(l, record_kind::run, 0) == 1);
  CHECK(l.read_afresh().wanted());
  CHECK(l.read_afresh().current_incarnation() == nullptr);
  CHECK(claimed(l, record_kind::incarnation, 1) == 2);
  CHECK(l.read_afresh().current_incarnation()->number == 2);
  CHECK(claimed(l, record_kind::stop, 2) == 3);
  CHECK_FALSE(l.read_afresh().wanted());
  CHECK(l.read_afresh().newest_incarnation()->number == 2);
  CHECK(l.read_afresh().current_incarnation() == nullptr);
  CHECK(claimed(l, record_kind::run, 3) == 4);
  const log_snapshot seen = l.read_afresh();
  CHECK(seen.wanted());
  CHECK(seen.newest_intent()->number == 4);
  CHECK(seen.newest_number() == 4);
  // Number 2 belonged to the run before: there is none of this one yet.
  CHECK(seen.current_incarnation() == nullptr);
}

TEST_CASE("what was claimed can be read by anybody, with nonce and time") {
  one_log l;
  l.prepare();
  const auto before = io::now();
  claimed(l, record_kind::run, 0);
  const log_record record = l.read_afresh().records.at(1);
  CHECK(record.number == 1);
  CHECK(record.nonce.size() == 32);
  CHECK(record.written_at >= before);
  CHECK(record.node == "edge1");
  CHECK(l.node.files().names(directory + "/log") == std::vector<std::string>{"1.json"});
}

TEST_CASE("a number that is taken is lost, and nothing of the loser stays") {
  one_log l;
  l.prepare();
  claimed(l, record_kind::run, 0);
  component_log other(l.hdfs, directory);
  const auto lost = other.claim(in_time, of_kind(record_kind::stop), 0);
  REQUIRE(lost);
  CHECK_FALSE(lost->has_value());
  CHECK(l.read_afresh().wanted());
  CHECK(l.node.files().names(directory + "/log") == std::vector<std::string>{"1.json"});
}

TEST_CASE("eight threads race for every number: each number has exactly one winner") {
  constexpr int rounds = 12;
  constexpr int racers = 8;
  one_log l;
  l.prepare();
  std::atomic<int> wins[rounds] = {};
  std::atomic<int> errors{0};
  std::vector<std::thread> threads;
  for (int racer = 0; racer < racers; ++racer) {
    threads.emplace_back([&, racer] {
      io::http_client http;
      dm::cluster::hdfs hdfs(http, {l.node.address()}, "pnda");
      component_log log(hdfs, directory);
      for (int round = 0; round < rounds; ++round) {
        log_record record = of_kind(record_kind::incarnation);
        record.node = "racer" + std::to_string(racer);
        const auto number = log.claim(in_time, record, static_cast<std::uint64_t>(round));
        if (!number) {
          ++errors;
        } else if (number->has_value()) {
          ++wins[round];
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(errors == 0);
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    CHECK(wins[round] == 1);
  }
  const log_snapshot seen = l.read_afresh();
  CHECK(seen.records.size() == rounds);
  CHECK(l.node.files().names(directory + "/log").size() == rounds);  // no temporary file is left
}

TEST_CASE("an application fact may be completed; the first end stands") {
  one_log l;
  l.prepare();
  claimed(l, record_kind::run, 0);
  claimed(l, record_kind::incarnation, 1);
  application_fact fact{2, "application_1_0001", "", "", io::now()};
  REQUIRE(l.log.write_application(in_time, fact));
  component_log reader(l.hdfs, directory);
  CHECK(reader.read(in_time)->applications.at(2).job_id.empty());
  fact.job_manager = "http://h:1";
  fact.job_id = "79027c5e5ce9d22420e092835033910c";
  REQUIRE(l.log.write_application(in_time, fact));
  // The same reader sees what was completed since.
  CHECK(reader.read(in_time)->applications.at(2).job_id == fact.job_id);
  CHECK(l.read_afresh().applications.at(2).job_manager == "http://h:1");

  end_fact end;
  end.epoch = 2;
  end.outcome = outcome::failed;
  end.cause = "first";
  REQUIRE(l.log.write_end(in_time, end));
  component_log other(l.hdfs, directory);
  end.outcome = outcome::completed;
  end.cause = "second";
  REQUIRE(other.write_end(in_time, end));  // no error: the end is recorded
  CHECK(other.read(in_time)->ends.at(2).cause == "first");
  CHECK(l.read_afresh().ends.at(2).outcome == outcome::failed);
}

TEST_CASE("what was read once is not read again") {
  one_log l;
  l.prepare();
  claimed(l, record_kind::run, 0);
  claimed(l, record_kind::incarnation, 1);
  component_log reader(l.hdfs, directory);
  REQUIRE(reader.read(in_time));
  l.node.server().forget_requests();
  REQUIRE(reader.read(in_time));
  CHECK(l.node.server().request_count() == 1);  // the listing
  claimed(l, record_kind::stop, 2);
  l.node.server().forget_requests();
  CHECK_FALSE(reader.read(in_time)->wanted());
  CHECK(l.node.server().request_count() == 2);  // the listing, and the new record
}

TEST_CASE("names that are none of the log's are passed over") {
  one_log l;
  l.prepare();
  claimed(l, record_kind::run, 0);
  for (const std::string name :
       {"README", ".1.json.0123.tmp", "0.json", "-1.json", "1.json.bak", "x.json", "1-notes.json",
        "99999999999999999999999.json", "+3.json", " 4.json"}) {
    l.node.files().put(directory + "/log/" + name, "not for us");
  }
  l.node.files().make_directories(directory + "/log/7.json", "pnda", "750");
  CHECK(l.read_afresh().records.size() == 1);
}
