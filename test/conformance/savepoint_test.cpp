// Savepoints through flink.so against servers that play supervisord, YARN, Flink and HDFS: each
// request is the sample of abi/samples, and each reply must look like its sample.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <rapidjson/pointer.h>
#include <catch2/catch.hpp>

#include "running_component.h"

using namespace conformance;
using namespace std::chrono_literals;

namespace {

// Far beyond what is promised, far below what a lost wake-up would take: the assertion is about
// hanging, not speed.
constexpr auto hangs = 20s;

constexpr const char* flink_failure =
    "java.util.concurrent.CompletionException: org.apache.flink.runtime.checkpoint."
    "CheckpointException: Checkpoint Coordinator is suspending.\n"
    "\tat org.apache.flink.runtime.scheduler.SchedulerBase.lambda$triggerSavepoint$6"
    "(SchedulerBase.java:1012)\n"
    "Caused by: org.apache.hadoop.security.AccessControlException: Permission denied: user=pnda, "
    "access=WRITE, inode=\"/pnda/flink\":hdfs:hdfs:drwxr-xr-x\n"
    "\tat "
    "org.apache.hadoop.hdfs.server.namenode.FSPermissionChecker.check(FSPermissionChecker.java:"
    "399)\n";

dm::fake::savepoint_script endless() {  // until finish_savepoints()
  dm::fake::savepoint_script script;
  script.polls_in_progress = 1'000'000;
  return script;
}

dm::fake::savepoint_script failing() {
  dm::fake::savepoint_script script;
  script.failure = flink_failure;
  return script;
}

// Whether somebody waits for a savepoint: its request was answered before.
bool asked_about(dm::fake::job_manager& job_manager) {
  const auto requests = job_manager.server().requests();
  return std::any_of(requests.begin(), requests.end(), [](const dm::fake::request& asked) {
    return asked.method == "GET" && asked.path.find("/savepoints/") != std::string::npos;
  });
}

// A reply's restore point may lack what Flink or the files did not tell.
shape with_restore_point(const std::string& sample_name, const char* member) {
  shape made = sample_shape(sample_name);
  shape& point = made.members.at(member);
  point.nullable = true;
  for (const char* optional : {"checkpoint_id", "parallelism", "duration_ms"})
    point.required[optional] = false;
  return made;
}

}  // namespace

TEST_CASE("A savepoint's life: trigger, list, pin, dispose") {
  running_component c;
  const reply taken = c.dm.run(c.savepoint.trigger, text_of(c.asked("trigger_request")));
  INFO(taken.text);
  REQUIRE(taken.status == DM_STATUS_OK);
  check_shape(taken.json, with_restore_point("trigger_reply", "savepoint"));
  CHECK(taken.json["changed"].GetBool());
  CHECK(std::string(taken.json["operation"].GetString()) == "before-upgrade");
  CHECK(std::string(taken.json["savepoint"]["state"].GetString()) == "COMPLETED");
  const std::string path = taken.json["savepoint"]["path"].GetString();
  CHECK(path.find(std::string("hdfs://") + world::directory + "/savepoints/before-upgrade/") == 0);

  const reply listed = c.dm.run(c.savepoint.list, text_of(c.asked("list_request")));
  INFO(listed.text);
  REQUIRE(listed.status == DM_STATUS_OK);
  shape expected = sample_shape("list_reply");
  check_shape(listed.json, expected);
  const auto& entry = listed.json["components"][0];
  REQUIRE(entry["points"].Size() == 1);
  CHECK(std::string(entry["points"][0]["path"].GetString()) == path);
  CHECK(entry["total"].GetInt() == 1);
  CHECK_FALSE(entry["more"].GetBool());
  CHECK_FALSE(entry.HasMember("in_use"));  // the job was started without state
  CHECK(std::string(entry["next"].GetString()) == "before-upgrade");

  const reply pinned = c.dm.run(c.savepoint.pin, text_of(c.asked("pin_request")));
  INFO(pinned.text);
  REQUIRE(pinned.status == DM_STATUS_OK);
  check_shape(pinned.json, "pin_reply");
  CHECK(pinned.json["pinned"].GetBool());
  const reply pinned_again = c.dm.run(c.savepoint.pin, text_of(c.asked("pin_request")));
  CHECK(pinned_again.status == DM_STATUS_OK);
  CHECK_FALSE(pinned_again.json["changed"].GetBool());  // DM-25

  rapidjson::Document forced = c.asked("dispose_request");
  rapidjson::Pointer("/force").Set(forced, true);
  const reply refused = c.dm.run(c.savepoint.dispose, text_of(forced));
  INFO(refused.text);
  CHECK(refused.status == DM_STATUS_FAILED_PRECONDITION);
  CHECK(refused.error_message().find("pin") != std::string::npos);
  CHECK(c.state_of("before-upgrade") == "COMPLETED");

  const reply unpinned = c.dm.run(c.savepoint.unpin, text_of(c.asked("unpin_request")));
  INFO(unpinned.text);
  REQUIRE(unpinned.status == DM_STATUS_OK);
  check_shape(unpinned.json, "unpin_reply");
  CHECK_FALSE(unpinned.json["pinned"].GetBool());

  const reply disposed = c.dm.run(c.savepoint.dispose, text_of(c.asked("dispose_request")));
  INFO(disposed.text);
  REQUIRE(disposed.status == DM_STATUS_OK);
  check_shape(disposed.json, "dispose_reply");
  CHECK(disposed.json["changed"].GetBool());
  CHECK(std::string(disposed.json["path"].GetString()) == path);
  CHECK_FALSE(c.w.files->exists(path.substr(std::string("hdfs://").size())));
  CHECK(c.state_of("before-upgrade") == "DISPOSED");

  const reply once_more = c.dm.run(c.savepoint.dispose, text_of(c.asked("dispose_request")));
  INFO(once_more.text);
  CHECK(once_more.status == DM_STATUS_OK);
  CHECK_FALSE(once_more.json["changed"].GetBool());  // DM-25
}

TEST_CASE("The same operation id never takes a second savepoint") {
  running_component c;
  const reply first = c.trigger("before-upgrade");
  REQUIRE(first.status == DM_STATUS_OK);
  const reply second = c.trigger("before-upgrade");
  INFO(second.text);
  REQUIRE(second.status == DM_STATUS_OK);
  CHECK_FALSE(second.json["changed"].GetBool());
  CHECK(text_of(second.json["savepoint"]) == text_of(first.json["savepoint"]));
  CHECK(c.w.job_manager.savepoints_triggered() == 1);

  // Another host, at the same time: whichever comes first, it is one savepoint.
  const session other(c.plugin, c.record, c.w.environment());
  rapidjson::Document asking = c.asked("trigger_request");
  set(asking, "/operation", "from-two-hosts");
  const std::string text = text_of(asking);
  auto beside =
      std::async(std::launch::async, [&] { return other.run(c.savepoint.trigger, text); });
  const reply here = c.dm.run(c.savepoint.trigger, text);
  const reply there = beside.get();
  INFO(here.text << there.text);
  CHECK(here.status == DM_STATUS_OK);
  CHECK(there.status == DM_STATUS_OK);
  CHECK(text_of(here.json["savepoint"]["path"]) == text_of(there.json["savepoint"]["path"]));
  CHECK(c.w.job_manager.savepoints_triggered() == 2);

  CHECK(c.trigger("another").json["changed"].GetBool());
  CHECK(c.w.job_manager.savepoints_triggered() == 3);
}

TEST_CASE("DM-19: a savepoint whose time is up goes on, and is asked for by its id") {
  running_component c;
  c.w.job_manager.script_savepoint(endless());
  const call brief(c.plugin, c.dm, 700, "request-4711");
  const std::string text = text_of(c.asked("trigger_request"));
  const reply awaited = c.dm.run(c.savepoint.trigger, text, brief.get());
  INFO(awaited.text);
  CHECK(awaited.status == DM_STATUS_DEADLINE_EXCEEDED);
  shape expected = with_restore_point("trigger_reply_awaited", "savepoint");
  check_shape(awaited.json, expected);
  CHECK(awaited.json["changed"].GetBool());
  CHECK(c.state_of("before-upgrade") == "IN_PROGRESS");
  bool told = false;
  for (const std::string& event : brief.events()) {
    rapidjson::Document parsed;
    parsed.Parse(event.c_str());
    check_shape(parsed, "progress_event");
    if (std::string(parsed["phase"].GetString()) != "savepoint") continue;
    told = true;
    CHECK(std::string(parsed["operation"].GetString()) == "before-upgrade");
    CHECK(std::string(parsed["job_id"].GetString()) == c.w.job_manager.job().id);
    CHECK(std::string(parsed["application_id"].GetString()) == c.w.application_id());
  }
  CHECK(told);

  rapidjson::Document at_once = c.asked("trigger_request");
  rapidjson::Pointer("/wait").Set(at_once, false);
  const reply still = c.dm.run(c.savepoint.trigger, text_of(at_once));
  INFO(still.text);
  CHECK(still.status == DM_STATUS_OK);
  CHECK(std::string(still.json["savepoint"]["state"].GetString()) == "IN_PROGRESS");

  c.w.job_manager.finish_savepoints();
  const reply collected = c.dm.run(c.savepoint.trigger, text);
  INFO(collected.text);
  CHECK(collected.status == DM_STATUS_OK);
  CHECK(std::string(collected.json["savepoint"]["state"].GetString()) == "COMPLETED");
  CHECK(c.w.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("DM-20: cancel of a waiting trigger ends the waiting and leaves the savepoint going on") {
  running_component c;
  c.w.job_manager.script_savepoint(endless());
  const call cancellable(c.plugin, c.dm, 120'000);
  const std::string text = text_of(c.asked("trigger_request"));
  auto waiting = std::async(std::launch::async,
                            [&] { return c.dm.run(c.savepoint.trigger, text, cancellable.get()); });
  const auto begun = std::chrono::steady_clock::now();
  while (!asked_about(c.w.job_manager) && std::chrono::steady_clock::now() - begun < hangs)
    std::this_thread::yield();
  REQUIRE(c.w.job_manager.savepoints_triggered() == 1);
  cancellable.cancel();
  REQUIRE(waiting.wait_for(hangs) == std::future_status::ready);
  const reply cancelled = waiting.get();
  INFO(cancelled.text);
  CHECK(cancelled.status == DM_STATUS_CANCELLED);
  CHECK(std::string(cancelled.json["operation"].GetString()) == "before-upgrade");
  // The reply says which remote effects have happened.
  CHECK(cancelled.json["changed"].GetBool());
  CHECK(std::string(cancelled.json["savepoint"]["state"].GetString()) == "IN_PROGRESS");

  c.w.job_manager.finish_savepoints();
  const reply collected = c.dm.run(c.savepoint.trigger, text);
  INFO(collected.text);
  CHECK(collected.status == DM_STATUS_OK);
  CHECK(std::string(collected.json["savepoint"]["state"].GetString()) == "COMPLETED");
  CHECK(c.w.job_manager.savepoints_triggered() == 1);
}

TEST_CASE("A savepoint that fails says why, in what a person needs, and stays failed") {
  running_component c;
  c.w.job_manager.script_savepoint(failing());
  const reply failed = c.trigger("before-upgrade");
  INFO(failed.text);
  CHECK(failed.status == DM_STATUS_FAILED_PRECONDITION);
  CHECK(failed.text.find("Permission denied") != std::string::npos);
  CHECK(failed.text.find("FSPermissionChecker.java") == std::string::npos);
  CHECK(std::string(failed.json["savepoint"]["state"].GetString()) == "FAILED");
  CHECK(c.state_of("before-upgrade") == "FAILED");
  c.w.job_manager.script_savepoint({});
  CHECK(c.trigger("before-upgrade").status == DM_STATUS_FAILED_PRECONDITION);
  CHECK(c.w.job_manager.savepoints_triggered() == 1);
  CHECK(c.trigger("second-attempt").status == DM_STATUS_OK);
}

TEST_CASE("A stop takes a savepoint, a repeated one tells it again, and a start goes on from it") {
  running_component c;
  const std::string stop = text_of(c.asked("stop_request"));
  const reply stopped = c.dm.run(c.plugin->stop, stop);
  INFO(stopped.text);
  REQUIRE(stopped.status == DM_STATUS_OK);
  check_shape(stopped.json, with_restore_point("stop_reply", "savepoint"));
  CHECK(std::string(stopped.json["state"].GetString()) == "STOPPED");
  REQUIRE(stopped.json["savepoint"].IsObject());
  CHECK(std::string(stopped.json["savepoint"]["id"].GetString()) == "before-maintenance");
  CHECK(std::string(stopped.json["savepoint"]["operation"].GetString()) == "stop");

  const reply again = c.dm.run(c.plugin->stop, stop);
  INFO(again.text);
  CHECK(again.status == DM_STATUS_OK);
  CHECK_FALSE(again.json["changed"].GetBool());  // DM-25
  CHECK(text_of(again.json["savepoint"]) == text_of(stopped.json["savepoint"]));
  CHECK(c.w.job_manager.savepoints_triggered() == 1);

  const reply idle = c.trigger("nothing-runs");
  INFO(idle.text);
  CHECK(idle.status == DM_STATUS_FAILED_PRECONDITION);

  const reply started = c.dm.run(c.plugin->start, text_of(c.asked("start_request")));
  INFO(started.text);
  REQUIRE(started.status == DM_STATUS_OK);
  check_shape(started.json, "start_reply");
  CHECK(std::string(started.json["restore_point"]["id"].GetString()) == "before-maintenance");
  CHECK(text_of(started.json["restore_point"]["path"]) ==
        text_of(stopped.json["savepoint"]["path"]));
}

TEST_CASE("A stop whose savepoint fails leaves the job running and wanted") {
  running_component c;
  c.w.job_manager.script_savepoint(failing());
  const reply refused = c.dm.run(c.plugin->stop, text_of(c.asked("stop_request")));
  INFO(refused.text);
  CHECK(refused.status == DM_STATUS_FAILED_PRECONDITION);
  CHECK(std::string(refused.json["desired"].GetString()) == "RUNNING");
  CHECK(refused.text.find("Permission denied") != std::string::npos);
  const reply observed = c.dm.run(c.plugin->status, text_of(c.asked("status_request")));
  REQUIRE(observed.status == DM_STATUS_OK);
  CHECK(std::string(observed.json["components"][0]["state"].GetString()) == "RUNNING");
  CHECK(std::string(observed.json["components"][0]["desired"].GetString()) == "RUNNING");
}

TEST_CASE("resume: stops with a savepoint, starts from the one that is named, once") {
  running_component c;
  REQUIRE(c.trigger("before-upgrade").status == DM_STATUS_OK);
  REQUIRE(c.trigger("newer").status == DM_STATUS_OK);
  const std::string before = c.w.application_id();
  const std::string text = text_of(c.asked("resume_request"));
  const reply resumed = c.dm.run(c.savepoint.resume, text);
  INFO(resumed.text);
  REQUIRE(resumed.status == DM_STATUS_OK);
  check_shape(resumed.json, "start_reply");
  CHECK(resumed.json["changed"].GetBool());
  CHECK(std::string(resumed.json["restore_point"]["id"].GetString()) == "before-upgrade");
  CHECK(c.w.application_id() != before);
  CHECK(c.w.job_manager.savepoints_triggered() == 3);  // the stop's own
  CHECK(std::string(c.listed()["in_use"].GetString()) == "before-upgrade");

  const std::string now = c.w.application_id();
  const reply again = c.dm.run(c.savepoint.resume, text);
  INFO(again.text);
  CHECK(again.status == DM_STATUS_OK);
  CHECK_FALSE(again.json["changed"].GetBool());  // DM-25
  CHECK(c.w.application_id() == now);

  // It has completed no checkpoint of its own yet.
  const reply in_use = c.dm.run(c.savepoint.dispose, text_of(c.asked("dispose_request")));
  INFO(in_use.text);
  CHECK(in_use.status == DM_STATUS_FAILED_PRECONDITION);

  rapidjson::Document unknown = c.asked("resume_request");
  set(unknown, "/savepoint", "no-such-savepoint");
  const reply refused = c.dm.run(c.savepoint.resume, text_of(unknown));
  INFO(refused.text);
  CHECK(refused.status == DM_STATUS_NOT_FOUND);
  CHECK(c.w.application_id() == now);
}

TEST_CASE("resume: a path outside the component's directory has to be said to be foreign") {
  running_component c;
  const std::string path = "/pnda/flink/production/clicks/other/savepoints/a/savepoint-1-2";
  c.w.files->put(path + "/_metadata", dm::fake::metadata_bytes());
  rapidjson::Document asking = c.asked("resume_request");
  set(asking, "/savepoint", "hdfs://" + path);
  const std::string before = c.w.application_id();
  const reply refused = c.dm.run(c.savepoint.resume, text_of(asking));
  INFO(refused.text);
  CHECK(refused.status == DM_STATUS_FAILED_PRECONDITION);
  CHECK(refused.text.find("RESTORE_POINT_FOREIGN") != std::string::npos);
  CHECK(c.w.application_id() == before);
}

TEST_CASE("plan: says what an upgrade would do and touches nothing") {
  running_component c;
  REQUIRE(c.trigger("before-upgrade").status == DM_STATUS_OK);
  rapidjson::Document asking = c.asked("plan_request");
  set(asking, "/next/staged_path", c.w.staged);
  set(asking, "/next/user", run_as_user());
  set(asking, "/next/properties/component_py_files", "counter.py");  // so that there is a warning
  c.listed();  // may have brought its index up to date
  const auto files = c.w.files->all_files();
  const reply planned = c.dm.run(c.savepoint.plan, text_of(asking));
  INFO(planned.text);
  REQUIRE(planned.status == DM_STATUS_OK);
  check_shape(planned.json, with_restore_point("plan_reply", "restore_point"));
  CHECK(planned.json["possible"].GetBool());
  CHECK(planned.json["steps"].Size() > 0);
  bool parallelism = false;
  for (const auto& change : planned.json["changes"].GetArray()) {
    parallelism = parallelism || (std::string(change["path"].GetString()) ==
                                      "$.properties.component_flink_parallelism" &&
                                  std::string(change["from"].GetString()) == "2" &&
                                  std::string(change["to"].GetString()) == "4");
  }
  CHECK(parallelism);
  CHECK(c.w.files->all_files() == files);
  CHECK(c.w.job_manager.savepoints_triggered() == 1);

  set(asking, "/next/properties/component_flink_parallelism", "none");
  const reply impossible = c.dm.run(c.savepoint.plan, text_of(asking));
  INFO(impossible.text);
  CHECK(impossible.status == DM_STATUS_OK);
  CHECK_FALSE(impossible.json["possible"].GetBool());
  CHECK(impossible.json["obstacles"].Size() > 0);
}
