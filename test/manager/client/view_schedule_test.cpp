// What people are shown of a schedule.
// SPDX-License-Identifier: Apache-2.0
#include "client/view_schedule.h"

#include <catch2/catch.hpp>

#include <array>
#include <functional>

using namespace dmctl;
namespace json = manager::json;

namespace {

std::string shown(const std::function<void(output&)>& how) {
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  output out({}, false, file, file);
  how(out);
  out.finish();
  std::rewind(file);
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file)) {
    text.append(piece.data(), size);
  }
  std::fclose(file);
  return text;
}

const json::document detail = json::parse_or_throw(R"({"components": [
  {"type": "flink", "component": "stream", "state": "RUNNING"},
  {"type": "flink", "component": "report", "state": "SCHEDULED", "schedule": {
    "coordinator_id": "0000004-1-oozie-C", "status": "RUNNING", "missed": 1,
    "next_run_at": "2026-11-28T06:00:00.000Z", "runs": [
      {"number": 4, "due_at": "2026-11-27T06:00:00.000Z", "status": "KILLED", "missed": false,
       "workflow_id": "0000009-1-oozie-W", "application_id": "application_1_0012",
       "outcome": "failed", "cause": "no such file"},
      {"number": 3, "due_at": "2026-11-26T06:00:00.000Z", "status": "TIMEDOUT", "missed": true},
      {"number": 2, "due_at": "2026-11-25T06:00:00.000Z", "status": "RUNNING", "missed": false,
       "workflow_id": "0000007-1-oozie-W"}]}}]})",
                                                   "detail");

const json::value& scheduled() { return (*json::find(detail, "components"))[1]; }

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("coordinator, next run, misses and the newest runs with what they came to") {
  const std::string text = shown([](output& out) { show_schedule(scheduled(), out, 10); });
  INFO(text);
  CHECK(has(text, "0000004-1-oozie-C, RUNNING"));
  CHECK(has(text, "2026-11-28 06:00:00"));
  CHECK(has(text, "missed"));
  CHECK(has(text, "no such file"));
  CHECK(has(text, "application_1_0012"));
  CHECK(text.find("failed") < text.find("TIMEDOUT"));
  CHECK(text.find("TIMEDOUT") < text.find("0000007-1-oozie-W"));
  CHECK_FALSE(has(text, "earlier"));
}

TEST_CASE("of many runs the newest, and how many there are besides") {
  const std::string text = shown([](output& out) { show_schedule(scheduled(), out, 1); });
  INFO(text);
  CHECK(has(text, "no such file"));
  CHECK_FALSE(has(text, "TIMEDOUT"));
  CHECK(has(text, "and 2 earlier ones"));
}

TEST_CASE("components without a schedule have none, and where Oozie is silent that is said") {
  const std::string all = shown([](output& out) { show_schedules(detail, out); });
  CHECK(has(all, "schedule of flink/report"));
  CHECK_FALSE(has(all, "flink/stream"));
  const json::document silent = json::parse_or_throw(
      R"({"components": [{"type": "flink", "component": "report",
          "schedule": {"missed": 0, "problem": "Connection refused", "runs": []}}]})",
      "detail");
  const std::string told = shown([&](output& out) { show_schedules(silent, out); });
  CHECK(has(told, "Connection refused"));
  CHECK_FALSE(has(told, "missed"));
  CHECK_FALSE(has(told, "coordinator"));
}
