// An incident's document: what is in it, how large it may be, what is refused.
// SPDX-License-Identifier: Apache-2.0
#include "component/incident.h"

#include <catch2/catch.hpp>

#include "io/json.h"

using namespace dm::component;
using dm::status_code;
namespace io = dm::io;

namespace {

incident some() {
  incident one;
  one.head.id = end_incident_id(7);
  one.head.epoch = 7;
  one.head.at = one.head.last_at = io::from_epoch_ms(1'795'439'460'000);
  one.head.application_id = "application_1795438290778_0001";
  one.head.job_id = "79027c5e5ce9d22420e092835033910c";
  one.head.failure_class = "user_exception";
  one.head.source = "job archive";
  one.head.message = "java.lang.IllegalStateException: boo";
  one.head.frame = "a.B.c(B.java:1)";
  one.application_diagnostics = "AM Container exited";
  dm::flink::exception_entry entry;
  entry.timestamp_ms = 1'795'439'459'000;
  entry.name = "java.lang.IllegalStateException";
  entry.message = "boo password=hunter2";
  entry.outline = "java.lang.IllegalStateException: boo\n\tat a.B.c(B.java:1)\n";
  one.exceptions.history.push_back(entry);
  one.logs.push_back({"jobmanager.log", "line \x1b[0m token=hunter2\n", ""});
  one.logs.push_back({"taskmanager.log", "", "no such file"});
  one.missing = {"the job's checkpoints: it does not answer"};
  return one;
}

}  // namespace

TEST_CASE("ids say which incarnation they are of, and one cause has one") {
  CHECK(incident_id(17, "a") == incident_id(17, "a"));
  CHECK(incident_id(17, "a") != incident_id(17, "b"));
  CHECK(incident_id(17, "a") != incident_id(18, "a"));
  CHECK(epoch_of_incident(incident_id(17, "a")) == 17);
  CHECK(epoch_of_incident(end_incident_id(3)) == 3);
  for (const char* none :
       {"", "-", "17", "17-", "17-end2", "17-0000000", "17-000000000", "17-GGGGGGGG", "0-end",
        "017-end", "-1-end", "index", "../17-end", "17-end.json", "99999999999999999999-end"}) {
    CAPTURE(none);
    CHECK_FALSE(epoch_of_incident(none));
  }
}

TEST_CASE("what was kept is read again") {
  const std::string json = to_json(some());
  const auto head = read_incident_head(json, "7-end");
  REQUIRE(head);
  CHECK(head->epoch == 7);
  CHECK(head->message == "java.lang.IllegalStateException: boo");
  CHECK(head->frame == "a.B.c(B.java:1)");
  CHECK(head->failure_class == "user_exception");
  CHECK(head->count == 1);
  CHECK(head->size_bytes == static_cast<std::int64_t>(json.size()));
  const auto text = read_incident_document(json, "7-end");
  REQUIRE(text);
  const auto document = io::parse_json(*text, "the document");
  REQUIRE(document);
  CHECK(io::member(*document, "head") == nullptr);
  CHECK((*document)["exceptions"].Size() == 1);
  CHECK(io::string_member((*document)["logs"][1], "missing") == "no such file");
  CHECK(io::string_member((*document)["diagnostics"], "application") == "AM Container exited");
  CHECK((*document)["missing"].Size() == 1);
}

TEST_CASE("INV-7: neither a secret nor a control character is kept") {
  const std::string json = to_json(some());
  CHECK(json.find("hunter2") == std::string::npos);
  CHECK(json.find("\\x1b") != std::string::npos);
  CHECK(json.find("\\u001B") == std::string::npos);
}

TEST_CASE("a document is never larger than it may be, whatever is in it") {
  incident one = some();
  one.logs.clear();
  for (int i = 0; i < 40; ++i)
    one.logs.push_back({"log", std::string(200'000, '\x01'), std::string(5'000, 'm')});
  dm::flink::exception_entry entry = one.exceptions.history.front();
  entry.outline = std::string(100'000, '\x02');
  one.exceptions.history.assign(500, entry);
  one.vertices.assign(5'000, {{std::string(10'000, 'v'), "RUNNING", 2, ""}, "", {}, {}});
  one.missing.assign(1'000, std::string(10'000, 'x'));
  one.application_diagnostics = one.attempt_diagnostics = std::string(1'000'000, '\x03');
  one.checkpoints.emplace();
  one.checkpoints->history.assign(10'000, {});
  const std::string json = to_json(one);
  CHECK(json.size() <= incident_limit_bytes);
  CHECK(read_incident_head(json, "7-end"));
}

TEST_CASE("a root exception without a history is told too") {
  incident one = some();
  one.exceptions.history.clear();
  one.exceptions.root_exception =
      "java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)\n";
  one.exceptions.timestamp_ms = 1'795'439'459'000;
  const auto text = read_incident_document(to_json(one), "7-end");
  REQUIRE(text);
  CHECK(text->find("Java heap space") != std::string::npos);
}

TEST_CASE("garbage is damaged, a newer version is left alone") {
  for (const char* garbage : {"", "x", "[]", "{\"schema\":1}", "{\"schema\":1,\"head\":7}",
                              "{\"schema\":1,\"head\":{\"id\":\"8-end\"}}"}) {
    CAPTURE(garbage);
    const auto head = read_incident_head(garbage, "7-end");
    REQUIRE_FALSE(head);
    CHECK((head.error().code == status_code::internal ||
           head.error().code == status_code::failed_precondition));
  }
  const auto newer = read_incident_head(R"({"schema":2,"head":{}})", "7-end");
  REQUIRE_FALSE(newer);
  CHECK(newer.error().code == status_code::failed_precondition);
}
