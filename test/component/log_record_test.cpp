// Records of the component's log: to JSON and back, and what is refused.
// SPDX-License-Identifier: Apache-2.0
#include "component/log_record.h"

#include <catch2/catch.hpp>

using namespace dm::component;
using dm::status_code;
namespace io = dm::io;

namespace {

const io::wall_time noon = io::from_epoch_ms(1'795'439'455'951);

log_record full_incarnation() {
  log_record record;
  record.number = 17;
  record.kind = record_kind::incarnation;
  record.nonce = "00112233445566778899aabbccddeeff";
  record.written_at = noon;
  record.node = "edge1";
  record.user = "pnda";
  record.restore_id = "checkpoint-9-4";
  record.restore_path = "hdfs://ns/pnda/flink/prod/app/job/checkpoints/9/chk-4";
  record.claim_mode = "no_claim";
  record.allow_non_restored_state = true;
  record.intent = 12;
  record.tags = {"dm-fleet-prod", "dm-component-0123456789abcdef", "dm-epoch-0123456789abcdef-17"};
  record.spec_digest = "abc";
  record.job_name = "a \"name\" with \\ and \xC3\xA4";
  record.libraries = "/libs/1.20.5-0123456789abcdef";
  record.class_data = "/libs/1.20.5-0123456789abcdef-classes-1";
  return record;
}

}  // namespace

TEST_CASE("an incarnation comes back as it was written") {
  const log_record record = full_incarnation();
  const auto read = read_log_record(to_json(record), 17);
  REQUIRE(read);
  CHECK(read->number == 17);
  CHECK(read->libraries == record.libraries);
  CHECK(read->class_data == record.class_data);
  CHECK(read->kind == record_kind::incarnation);
  CHECK(read->nonce == record.nonce);
  CHECK(read->written_at == noon);
  CHECK(read->node == record.node);
  CHECK(read->user == record.user);
  CHECK(read->restore_id == "checkpoint-9-4");
  CHECK(read->restore_path == record.restore_path);
  CHECK(read->claim_mode == record.claim_mode);
  CHECK(read->allow_non_restored_state);
  CHECK(read->intent == 12);
  CHECK(read->tags == record.tags);
  CHECK(read->spec_digest == record.spec_digest);
  CHECK(read->job_name == record.job_name);
}

TEST_CASE("what the guard submits by itself is on record, and nothing where a client does") {
  log_record record = full_incarnation();
  CHECK_FALSE(read_log_record(to_json(record), 17)->direct);
  record.direct = direct_submission{"application_1795438290778_0007", "/user/pnda/.flink/x", "0f"};
  const auto read = read_log_record(to_json(record), 17);
  REQUIRE(read);
  REQUIRE(read->direct);
  CHECK(read->direct->application_id == "application_1795438290778_0007");
  CHECK(read->direct->staging == "/user/pnda/.flink/x");
  CHECK(read->direct->sha256 == "0f");
}

TEST_CASE("intents come back as they were written") {
  log_record run;
  run.kind = record_kind::run;
  run.node = "edge1";
  run.user = "alice";
  run.accept_state_loss = true;
  run.restore_id = "s1";
  run.restore_path = "/savepoints/s1";
  run.continues = 3;
  run.claim_mode = "claim";
  const auto read = read_log_record(to_json(run), 1);
  REQUIRE(read);
  CHECK(read->kind == record_kind::run);
  CHECK(read->accept_state_loss);
  CHECK(read->restore_id == "s1");
  CHECK(read->restore_path == "/savepoints/s1");
  CHECK(read->continues == 3);
  CHECK(read->claim_mode == "claim");
  CHECK_FALSE(read->allow_non_restored_state);

  log_record stop;
  stop.kind = record_kind::stop;
  stop.stop_cause = "start-failed";
  stop.savepoint_operation = "sp-20261124T163801-9f3c2a1b";
  const auto stopped = read_log_record(to_json(stop), 2);
  REQUIRE(stopped);
  CHECK(stopped->kind == record_kind::stop);
  CHECK(stopped->stop_cause == "start-failed");
  CHECK(stopped->savepoint_operation == stop.savepoint_operation);
  CHECK(stopped->continues == 0);
}

TEST_CASE("an application and an end come back as they were written") {
  const application_fact fact{17, "application_1795438290778_0001", "http://h:1", "79027c5e", noon};
  const auto application = read_application_fact(to_json(fact), 17);
  REQUIRE(application);
  CHECK(application->epoch == 17);
  CHECK(application->application_id == fact.application_id);
  CHECK(application->job_manager == fact.job_manager);
  CHECK(application->job_id == fact.job_id);
  CHECK(application->seen_at == noon);

  for (const outcome value :
       {outcome::completed, outcome::stopped, outcome::killed, outcome::failed, outcome::unknown}) {
    for (const decision judged : {decision::none, decision::restart, decision::give_up}) {
      end_fact end;
      end.epoch = 17;
      end.outcome = value;
      end.failure_class = "user_exception";
      end.cause = "line with \t tab and \"quotes\"";
      end.source = "job archive";
      end.application_id = fact.application_id;
      end.job_id = fact.job_id;
      end.ended_at = noon;
      end.decision = judged;
      end.restart_at = noon + std::chrono::seconds(4);
      end.counts = false;
      const auto read = read_end_fact(to_json(end), 17);
      REQUIRE(read);
      CHECK(read->outcome == value);
      CHECK(read->decision == judged);
      CHECK(read->failure_class == end.failure_class);
      CHECK(read->cause == end.cause);
      CHECK(read->source == end.source);
      CHECK(read->application_id == end.application_id);
      CHECK(read->job_id == end.job_id);
      CHECK(read->ended_at == noon);
      CHECK(read->restart_at == end.restart_at);
      CHECK_FALSE(read->counts);
    }
  }
}

TEST_CASE("a time that is not known is left out, not written as 1970") {
  const std::string text = to_json(end_fact{});
  CHECK(text.find("restart_at") == std::string::npos);
  const auto read = read_end_fact(text, 3);
  REQUIRE(read);
  CHECK(read->restart_at == io::wall_time{});
}

TEST_CASE("a record of another schema is refused, not guessed at (D-43)") {
  for (const std::string schema : {"2", "0", "\"1\"", "1.5", "null"}) {
    CAPTURE(schema);
    const std::string record = R"({"schema":)" + schema + R"(,"kind":"run"})";
    const auto read = read_log_record(record, 5);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == status_code::failed_precondition);
    CHECK(read.error().message.find("log record 5") != std::string::npos);
    CHECK(read.error().hint.find("version") != std::string::npos);
    CHECK_FALSE(read_application_fact(
        R"({"schema":)" + schema + R"(,"application_id":"application_1_1"})", 5));
    CHECK_FALSE(read_end_fact(R"({"schema":)" + schema + R"(,"outcome":"failed"})", 5));
  }
  CHECK_FALSE(read_log_record(R"({"kind":"run"})", 5));
}

TEST_CASE("members of a later version with the same schema are passed over") {
  const auto read = read_log_record(
      R"({"schema":1,"kind":"run","nonce":"n","node":"e","shape":{"round":[1,2]}})", 5);
  REQUIRE(read);
  CHECK(read->node == "e");
}

TEST_CASE("records from before there were savepoints are read with nothing in their place (D-43)") {
  const auto run = read_log_record(
      R"({"schema":1,"kind":"run","nonce":"n","written_at":"2026-11-23T12:30:55.951Z","node":"e",
          "accept_state_loss":false})",
      1);
  REQUIRE(run);
  CHECK(run->continues == 0);
  CHECK(run->restore_id.empty());
  const auto stop =
      read_log_record(R"({"schema":1,"kind":"stop","nonce":"n","stop_cause":"stop"})", 2);
  REQUIRE(stop);
  CHECK(stop->savepoint_operation.empty());
  const auto odd = read_log_record(R"({"schema":1,"kind":"run","continues":-4})", 3);
  REQUIRE(odd);
  CHECK(odd->continues == 0);
}

TEST_CASE("what a record says of what was before it survives being written") {
  log_record run;
  run.kind = record_kind::run;
  run.continues = 8;
  run.began = 4;
  run.last_epoch = 5;
  run.life = 3;
  run.state_ended = 2;
  const auto read = read_log_record(to_json(run), 9);
  REQUIRE(read);
  CHECK(read->began == 4);
  CHECK(read->last_epoch == 5);
  CHECK(read->life == 3);
  CHECK(read->state_ended == 2);
  log_record stop;
  stop.kind = record_kind::stop;
  stop.stop_cause = std::string(destroyed);
  stop.state_disposed = true;
  CHECK(read_log_record(to_json(stop), 9)->state_disposed);
  log_record incarnation;
  incarnation.kind = record_kind::incarnation;
  incarnation.restore_epoch = 7;
  CHECK(read_log_record(to_json(incarnation), 9)->restore_epoch == 7);
}

TEST_CASE("what Flink says of a job's checkpoints survives being written (D-57)") {
  checkpoint_fact fact;
  fact.epoch = 4;
  fact.job_id = "79027c5e5ce9d22420e092835033910c";
  fact.completed_count = 12;
  fact.checkpoint_id = 11;
  fact.external_path = "s3://bucket/own/chk-11";
  fact.seen_at = dm::io::from_epoch_ms(1'795'439'455'000);
  const auto read = read_checkpoint_fact(to_json(fact), 4);
  REQUIRE(read);
  CHECK(read->epoch == 4);
  CHECK(read->job_id == fact.job_id);
  CHECK(read->completed_count == 12);
  CHECK(read->checkpoint_id == 11);
  CHECK(read->external_path == fact.external_path);
  CHECK(read->seen_at == fact.seen_at);
  CHECK(read->completed_any());
  CHECK_FALSE(read_checkpoint_fact(R"({"schema":1})", 4)->completed_any());
  CHECK_FALSE(read_checkpoint_fact(R"({"schema":2})", 4));
}

TEST_CASE("a damaged record is an error that names it") {
  const std::vector<std::string> damaged = {"",
                                            "{",
                                            "null",
                                            "[]",
                                            "\"x\"",
                                            R"({"schema":1})",
                                            R"({"schema":1,"kind":"walk"})",
                                            R"({"schema":1,"kind":7})"};
  for (const std::string& text : damaged) {
    CAPTURE(text);
    const auto read = read_log_record(text, 9);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("log record 9") != std::string::npos);
  }
  CHECK_FALSE(read_application_fact(R"({"schema":1})", 9));
  CHECK_FALSE(read_application_fact(R"({"schema":1,"application_id":""})", 9));
  CHECK_FALSE(read_end_fact(R"({"schema":1})", 9));
  CHECK_FALSE(read_end_fact(R"({"schema":1,"outcome":"won"})", 9));
}

TEST_CASE("every prefix of a record is refused: a file that is not whole is never believed") {
  const std::string whole = to_json(full_incarnation());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(read_log_record(whole.substr(0, length), 17));
  }
}
