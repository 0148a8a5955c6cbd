// An application as a row shows it.
// SPDX-License-Identifier: Apache-2.0
#include "observation/fleet_entry.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

fleet_application with(const std::string& status, const std::string& problem = "") {
  fleet_application one;
  one.record.name = "app";
  one.record.state = application_state::started;
  one.record.package = "a-1.0.0";
  one.record.user = "ada";
  fleet_component component;
  component.record.application = "app";
  component.record.type = "fake";
  component.record.name = "main";
  std::string ignored;
  if (!status.empty()) {
    component.seen.status = std::make_shared<json::document>(*json::parse(status, ignored));
  }
  component.seen.problem = problem;
  one.components.push_back(std::move(component));
  return one;
}

std::string component_text(const fleet_application& one, const char* member) {
  const json::document entry = fleet_entry(one);
  return std::string(json::text_of(entry["components"][0], member));
}

}  // namespace

TEST_CASE("a component is shown with what is sure, and with no time that only passes") {
  const auto one = with(
      R"({"state":"RUNNING","summary":"RUNNING","confidence":"confirmed","since":"2024-01-01T00:00:00.000Z",)"
      R"("observed_at":"2024-01-01T00:00:01.000Z","application_id":"application_1","job_id":"abc",)"
      R"("tracking_url":"http://rm/","history_url":"http://rm/","restarts":{"count":2},"reason":""})");
  const json::document entry = fleet_entry(one);
  CHECK(json::text_of(entry, "word") == "RUNNING");
  const json::value& component = entry["components"][0];
  CHECK(json::text_of(component, "state") == "RUNNING");
  CHECK(json::text_of(component, "id") == "application_1");
  CHECK(component["restarts"].GetInt() == 2);
  CHECK(json::text_of(component, "url") == "http://rm/");
  for (const char* absent : {"history_url", "observed_at", "reason", "problem", "savepoint_at"}) {
    INFO(absent);
    CHECK(json::find(component, absent) == nullptr);
  }
}

TEST_CASE("what is wanted is what the component's log says, else what the registry has") {
  CHECK(component_text(with(R"({"state":"RUNNING","desired":"RUNNING"})"), "desired") == "RUNNING");
  fleet_application silent = with("");
  silent.components[0].record.desired = "RUNNING";
  CHECK(component_text(silent, "desired") == "RUNNING");
}

TEST_CASE("what cannot be told is said to be so") {
  CHECK(component_text(with(""), "state") == "UNKNOWN");
  CHECK(component_text(with(""), "confidence") == "unknown");
  const auto stale = with(R"({"state":"RUNNING","confidence":"confirmed","observed_at":"then"})",
                          "the plugin does not answer");
  CHECK(component_text(stale, "confidence") == "stale");
  CHECK(component_text(stale, "observed_at") == "then");
  CHECK(component_text(stale, "problem") == "the plugin does not answer");
}

TEST_CASE("texts are cut and hold no control characters, addresses are whole") {
  const std::string address = "http://rm/" + std::string(500, 'x');
  const auto one = with(R"({"state":"FAILED","reason":"a\u001b[31m)" + std::string(5000, 'b') +
                        R"(","tracking_url":")" + address + "\"}");
  const std::string reason = component_text(one, "reason");
  CHECK(reason.size() <= 310);
  CHECK(reason.find('\x1b') == std::string::npos);
  CHECK(component_text(one, "url") == address);
}

TEST_CASE("whether a job is a batch job is what its properties say, the application's own first") {
  application_record one;
  one.defaults =
      R"({"flink":{"a":{"flink_job_type":"batch"},"b":{},"c":{"flink_job_type":"batch"}},"other":7})";
  one.overrides =
      R"({"user":"ada","flink":{"b":{"flink_job_type":"batch"},"c":{"flink_job_type":"streaming"}}})";
  CHECK(batch_components(one) == std::vector<std::string>{"flink/a", "flink/b"});
  one.defaults = "";
  CHECK(batch_components(one).empty());
}
