// How far an upgrade is, in the journal.
// SPDX-License-Identifier: Apache-2.0
#include "application/upgrade_progress.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

upgrade_progress some_progress() {
  upgrade_progress progress;
  progress.phase = upgrade_phase::start;
  progress.from = {"app-1.0.0", R"({"package":"app-1.0.0"})", "{}", R"({"m":1})"};
  progress.to = {"app-2.0.0", R"({"package":"app-2.0.0"})", R"({"d":"ö"})", R"({"m":2})"};
  progress.was_started = true;
  progress.allow_non_restored_state = true;
  progress.timeout_ms = 1000;
  progress.start_by = 1'700'000'000'123;
  progress.savepoints = {{"flink", "main", "sp-1", "hdfs:///x"}};
  component_record record;
  record.application = "app";
  record.position = 3;
  record.type = "flink";
  record.name = "main";
  record.descriptors = R"({"hdfs.json":[]})";
  progress.descriptors = {record};
  progress.let_rest(record);
  progress.why = "it threw";
  return progress;
}

}  // namespace

TEST_CASE("what is written is read again, in every phase") {
  upgrade_progress progress = some_progress();
  for (int phase = 0; phase <= static_cast<int>(upgrade_phase::resume_old); ++phase) {
    progress.phase = static_cast<upgrade_phase>(phase);
    const std::string text = to_text(progress);
    const upgrade_progress read = upgrade_progress_from(text);
    CHECK(read.phase == progress.phase);
    CHECK(to_text(read) == text);
  }
}

TEST_CASE("what is laid out follows from the phase") {
  upgrade_progress progress = some_progress();
  for (const auto phase : {upgrade_phase::validate, upgrade_phase::stop, upgrade_phase::remove_old,
                           upgrade_phase::lay_out_old, upgrade_phase::resume_old}) {
    progress.phase = phase;
    CHECK(progress.current().package == "app-1.0.0");
  }
  for (const auto phase : {upgrade_phase::lay_out_new, upgrade_phase::start,
                           upgrade_phase::stop_new, upgrade_phase::remove_new}) {
    progress.phase = phase;
    CHECK(progress.current().package == "app-2.0.0");
  }
}

TEST_CASE("a version changes what an application is made from, and nothing else") {
  application_record application;
  application.name = "one";
  application.user = "daemon";
  application.state = "STARTED";
  application.package = "app-1.0.0";
  const auto changed = some_progress().to.applied_to(application);
  CHECK(changed.package == "app-2.0.0");
  CHECK(changed.overrides == R"({"package":"app-2.0.0"})");
  CHECK(changed.user == "daemon");
  CHECK(changed.state == "STARTED");
}

TEST_CASE("a component's savepoint is found by type and name") {
  const upgrade_progress progress = some_progress();
  component_record wanted = progress.descriptors.front();
  REQUIRE(progress.savepoint_of(wanted) != nullptr);
  CHECK(progress.savepoint_of(wanted)->id == "sp-1");
  wanted.type = "spark";
  CHECK(progress.savepoint_of(wanted) == nullptr);
}

TEST_CASE("a journal of another program is refused") {
  CHECK_THROWS(upgrade_progress_from("{}"));
  CHECK_THROWS(upgrade_progress_from(R"({"phase":"jump"})"));
}
