// What a guard keeps of failures before the cluster forgets them, and that nothing else depends on
// it.
// SPDX-License-Identifier: Apache-2.0
#include "guard/black_box.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>

#include "../flink/recorded.h"
#include "fake/node_manager.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::guard_exit_done;
using dm::component::guard_exit_failed;
using dm::component::listed_incident;
using dm::component::outcome;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string task_failure =
    "java.lang.IllegalStateException: This task fails on purpose\n"
    "\tat faults.ThrowsInTask.lambda$main$7cd28cfb$1(ThrowsInTask.java:27)\n"
    "\tat faults.Numbers.lambda$through$423d5a6f$1(Numbers.java:38)\n";

// A NodeManager with the logs of both kinds of containers.
struct node_manager {
  std::map<std::string, std::string> files;  // by the end of their path
  fake::http_server server{[this](const fake::request& asked) {
    for (const auto& [name, text] : files) {
      if (asked.path.find(name) != std::string::npos)
        return fake::text(200, "<html><pre>" + text + "</pre></html>", "text/html");
    }
    return fake::text(404, "");
  }};
  std::string logs_of(const std::string& container) const {
    return server.address() + "/node/containerlogs/" + container + "/pnda";
  }
};

struct kept : surroundings {
  node_manager node;

  kept() {
    spec.restart_attempts = 0;
    node.files["container_1795438290778_0001_01_000001/pnda/jobmanager.log"] =
        "2026-11-23 12:00:00,123 INFO  a.B [] - db.password=hunter2\n";
    node.files["container_1795438290778_0001_01_000002/pnda/taskmanager.log"] =
        "2026-11-23 12:00:00,123 WARN  a.T [] - the task's own words\n";
  }
  // Applications whose containers' logs this node has.
  void submit_here() {
    on_submit([this](const std::vector<std::string>& argv) {
      const client_end end = submit(argv);
      const auto live = live_ids();
      if (!live.empty()) {
        yarn().change(live.back(), [&](fake::yarn_application& application) {
          application.am_container_logs = node.logs_of("container_1795438290778_0001_01_000001");
        });
      }
      return end;
    });
  }
  void fail_job(const std::string& state, const std::string& exception, std::int64_t at_ms) {
    job_manager.change([&](fake::flink_job& job) {
      job.state = state;
      job.root_exception = exception;
      job.exception_ms = at_ms;
      job.modified_ms = at_ms;
    });
  }
  std::string await_live() {
    REQUIRE(eventually([this] {
      const auto seen = log();
      return !live_ids().empty() &&
             std::any_of(seen.applications.begin(), seen.applications.end(),
                         [](const auto& one) { return !one.second.job_id.empty(); });
    }));
    return live_ids().front();
  }
};

const listed_incident* with_id(const std::vector<listed_incident>& all, const std::string& id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.head.id == id; });
  return found == all.end() ? nullptr : &*found;
}

// By the same cause, a second later each time; the guard has seen each.
void fail_again(kept& s, int times) {
  for (int i = 1; i <= times; ++i) {
    const auto asked = [&](std::string_view end) {
      const auto all = s.job_manager.server().requests();
      return std::count_if(all.begin(), all.end(),
                           [&](const fake::request& one) { return one.path.ends_with(end); });
    };
    const auto exceptions = asked("/exceptions");
    s.fail_job("RUNNING", task_failure, 1'795'439'460'000 + i * 1000);
    REQUIRE(eventually([&] { return asked("/exceptions") > exceptions; }));
    // Two looks more: then the answer has been taken.
    const auto looks = asked("/jobs/overview");
    REQUIRE(eventually([&] { return asked("/jobs/overview") >= looks + 2; }));
  }
}

}  // namespace

TEST_CASE("a user's exception: cause, frame, logs and checkpoints are kept at the first restart") {
  kept s;
  s.submit_here();
  s.want();
  s.start();
  const std::string id = s.await_live();
  s.job_manager.change([](fake::flink_job& job) {
    job.completed_path = "hdfs://ns1/state/prod/app/job/checkpoints/2/chk-7";
    job.completed_ms = 1'795'439'456'000;
  });
  s.fail_job("RESTARTING", task_failure, 1'795'439'460'000);
  REQUIRE(eventually([&] { return !s.incidents().empty(); }));
  const auto listed = s.incidents();
  REQUIRE(listed.size() == 1);
  const auto& head = listed.front().head;
  CHECK(head.message == "java.lang.IllegalStateException: This task fails on purpose");
  CHECK(head.frame == "faults.ThrowsInTask.lambda$main$7cd28cfb$1(ThrowsInTask.java:27)");
  CHECK(head.failure_class == "user_exception");
  CHECK(head.source == "JobManager");
  CHECK(head.application_id == id);
  CHECK(head.count == 1);
  const auto whole = s.incident(head.id);
  for (const char* part :
       {"ThrowsInTask.java:27", "the task's own words", "jobmanager.log",
        "container_1795438290778_0001_01_000002/taskmanager.log", "Source: numbers",
        "\"back_pressure\":\"low\"", "\"busy_permille\":749"}) {
    CAPTURE(part);
    CHECK(whole.document.find(part) != std::string::npos);
  }
  CHECK(whole.document.find("hunter2") == std::string::npos);  // INV-7
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a TaskManager that was ended: the first sign says by whom, and is counted as it began") {
  kept s;
  fake::node_manager node;
  const std::string master = "container_1795438290778_0001_01_000001";
  s.on_submit([&](const std::vector<std::string>& argv) {
    const client_end end = s.submit(argv);
    for (const std::string& id : s.live_ids()) {
      s.yarn().change(id, [&](fake::yarn_application& application) {
        application.am_container_logs = node.page(master);
      });
    }
    return end;
  });
  s.want();
  s.start();
  const std::string id = s.await_live();
  const std::string container = "container_1795438290778_0001_01_000002";
  node.ended(container, -104, "");
  node.forget_state(container);
  const std::string goodbye =
      "org.apache.flink.util.FlinkExpectedException: The TaskExecutor is shutting down.\n\tat "
      "org.apache.flink.runtime.taskexecutor.TaskExecutor.onStop(TaskExecutor.java:524)\n";
  s.fail_job("RESTARTING", goodbye, 1'795'439'460'000);
  REQUIRE(eventually([&] { return !s.incidents().empty(); }));
  const auto head = s.incidents().front().head;
  CHECK(head.failure_class == "memory_exceeded");
  CHECK(head.source == "NodeManager");
  CHECK(head.message.find("1219 MB of 320 MB physical memory used") != std::string::npos);
  const auto whole = s.incident(head.id);
  CHECK(whole.document.find("The TaskExecutor is shutting down") != std::string::npos);
  s.fail_job("RESTARTING", goodbye, 1'795'439'470'000);
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.incidents().size() == 1);
}

TEST_CASE(
    "ends of containers are told apart by their codes, though Flink throws all at one place") {
  kept s;
  s.want();
  s.start();
  const std::string id = s.await_live();
  const auto ended = [](int code, const std::string& words) {
    return "java.lang.Exception: Container container_1_1_01_000002(node:1) marked as failed.\n "
           "Exit "
           "code:" +
           std::to_string(code) + ".\n Diagnostics:" + words +
           "\n\tat "
           "org.apache.flink.runtime.resourcemanager.active.ActiveResourceManager."
           "onWorkerTerminated("
           "ActiveResourceManager.java:1)\n";
  };
  const std::string outgrown = ended(
      -104,
      "Container [pid=1] is running 9B beyond the 'PHYSICAL' memory limit. Current usage: 1.2 GB "
      "of 320 MB physical memory used; 2.5 GB of 672 MB virtual memory used. Killing container.");
  s.fail_job("RESTARTING", outgrown, 1'795'439'460'000);
  REQUIRE(eventually([&] { return s.incidents().size() == 1; }));
  s.fail_job("RESTARTING", ended(137, "Killed by external signal"), 1'795'439'470'000);
  REQUIRE(eventually([&] { return s.incidents().size() == 2; }));
  s.fail_job("RESTARTING", outgrown, 1'795'439'480'000);
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  const auto all = s.incidents();
  REQUIRE(all.size() == 2);
  for (const auto& [failure, words] :
       {std::pair("memory_exceeded", "1.2 GB of 320 MB physical memory used"),
        std::pair("cluster_lost", "killed by signal 9")}) {
    CAPTURE(failure);
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const auto& one) { return one.head.failure_class == failure; });
    REQUIRE(found != all.end());
    CHECK(found->head.message.find(words) != std::string::npos);
  }
}

TEST_CASE("the same cause again is counted in its incident, another one makes another") {
  kept s;
  s.want();
  s.start();
  const std::string id = s.await_live();
  s.fail_job("RESTARTING", task_failure, 1'795'439'460'000);
  REQUIRE(eventually([&] { return s.incidents().size() == 1; }));
  fail_again(s, 5);
  CHECK(s.incidents().size() == 1);
  s.fail_job("RESTARTING", "java.io.IOException: other\n\tat x.Y.z(Y.java:3)\n", 1'795'439'470'000);
  REQUIRE(eventually([&] { return s.incidents().size() == 2; }));
  // The index that tells of the second one tells how often the first was seen.
  const auto listed = s.incidents();
  const auto first = std::find_if(listed.begin(), listed.end(), [](const auto& one) {
    return one.head.message.find("on purpose") != std::string::npos;
  });
  REQUIRE(first != listed.end());
  CHECK(first->head.count == 6);
  CHECK(first->head.last_at == io::from_epoch_ms(1'795'439'465'000));
  s.finish(id, "SUCCEEDED");
  s.join();
}

TEST_CASE("what was counted is not lost when the guard is told to end") {
  kept s;
  s.want();
  s.start();
  const std::string id = s.await_live();
  s.fail_job("RESTARTING", task_failure, 1'795'439'460'000);
  REQUIRE(eventually([&] { return s.incidents().size() == 1; }));
  fail_again(s, 3);
  s.terminate();
  s.join();
  REQUIRE(s.incidents().size() == 1);
  CHECK(s.incidents().front().head.count == 4);
}

TEST_CASE("a job whose every failure has another cause fills nothing") {
  kept s;
  s.want();
  s.start();
  const std::string id = s.await_live();
  for (std::int64_t i = 0; i < 12; ++i) {
    s.fail_job("RESTARTING",
               "java.io.IOException: other\n\tat x.Y.z" + std::to_string(i) + "(Y.java:3)\n",
               1'795'439'470'000 + i * 1000);
    const std::size_t asked = s.job_manager.server().request_count();
    REQUIRE(eventually([&] { return s.job_manager.server().request_count() >= asked + 6; }));
  }
  CHECK(s.incidents().size() == 5);
  s.finish(id, "SUCCEEDED");
  s.join();
}

TEST_CASE("a container killed for memory: YARN's words on application and attempt are kept") {
  kept s;
  s.submit_here();
  s.want();
  s.start();
  const std::string id = s.await_live();
  s.yarn().change(id, [](fake::yarn_application& application) {
    application.attempt_diagnostics =
        "Container [pid=4711] is running beyond the 'PHYSICAL' memory limit.";
  });
  s.yarn().change(id, [](fake::yarn_application& application) {
    application.state = "FAILED";
    application.final_status = "FAILED";
    application.diagnostics =
        "Application failed 1 times due to AM Container for appattempt_1 exited with  exitCode: "
        "-104\nFailing this attempt.Diagnostics: [2026-11-26 10:00:00.123]Container "
        "[pid=4711,containerID=c] is running 1B beyond the 'PHYSICAL' memory limit. Current usage: "
        "640.5 MB of 640 MB physical memory used; 2.1 GB of 1.3 GB virtual memory used. Killing "
        "container.\n";
    application.finished_ms = io::now().time_since_epoch().count() + 1;
  });
  (void)eventually([&] { return !s.incidents().empty(); });
  s.terminate();
  s.join();
  const auto listed = s.incidents();
  REQUIRE(listed.size() == 1);
  CHECK(listed.front().head.failure_class == "memory_exceeded");
  CHECK(listed.front().head.source == "YARN diagnostics");
  CHECK(listed.front().head.message.find("physical memory") != std::string::npos);
  const auto whole = s.incident(listed.front().head.id);
  CHECK(whole.document.find("pid=4711] is running beyond") != std::string::npos);
  CHECK(whole.document.find("640.5 MB of 640 MB") != std::string::npos);
  CHECK(whole.document.find("client-2.log") != std::string::npos);
}

TEST_CASE("incompatible state: the cause out of the JobManager's log, which is kept with it") {
  kept s;
  s.submit_here();
  s.node.files["container_1795438290778_0001_01_000001/pnda/jobmanager.log"] =
      recorded("jobmanager-1.20.5-incompatible-state.log");
  s.want();
  s.start();
  const std::string id = s.await_live();
  s.yarn().change(id, [](fake::yarn_application& application) {
    application.state = "FAILED";
    application.final_status = "FAILED";
    application.diagnostics = "AM Container for appattempt_1 exited with  exitCode: 239";
    application.finished_ms = io::now().time_since_epoch().count() + 1;
  });
  CHECK(s.join() == guard_exit_failed);
  const auto listed = s.incidents();
  REQUIRE(listed.size() == 1);
  CHECK(listed.front().head.failure_class == "state_incompatible");
  CHECK(listed.front().head.source == "JobManager log");
  CHECK(s.incident(listed.front().head.id).document.find("jobmanager.log") != std::string::npos);
}

TEST_CASE("a client that fails leaves its words") {
  kept s;
  s.on_submit([](const std::vector<std::string>&) {
    return client_end{1,
                      "------------------------------------------------------------\n"
                      " The program finished with the following exception:\n\n"
                      "org.apache.flink.client.program.ProgramInvocationException: The main method "
                      "caused an error: no luck\n"
                      "Caused by: java.lang.IllegalStateException: no luck\n"
                      "\tat examples.Job.main(Job.java:12)\n"};
  });
  s.want();
  CHECK(s.run() == guard_exit_failed);
  const auto listed = s.incidents();
  REQUIRE(listed.size() == 1);
  CHECK(listed.front().head.source == "flink client");
  CHECK(listed.front().head.frame == "examples.Job.main(Job.java:12)");
  CHECK(listed.front().head.application_id.empty());
  CHECK(s.incident(listed.front().head.id).document.find("The main method caused an error") !=
        std::string::npos);
  CHECK(s.end_of(listed.front().head.epoch)->frame == "examples.Job.main(Job.java:12)");
}

TEST_CASE("what ended well is no incident, and with a count of zero nothing is kept") {
  kept s;
  const bool none = GENERATE(false, true);
  if (none) s.spec.incident_retention_count = 0;
  s.want();
  s.start();
  const std::string id = s.await_live();
  if (none) s.fail_job("RESTARTING", task_failure, 1'795'439'460'000);
  s.finish(id, none ? "FAILED" : "SUCCEEDED", "x");
  s.join();
  CHECK(s.incidents().empty());
  CHECK_FALSE(s.name_node.files().exists("/state/prod/app/job/incidents"));
}

TEST_CASE("only so many stay") {
  kept s;
  s.spec.restart_attempts = 5;
  s.spec.incident_retention_count = 2;
  s.on_submit([](const std::vector<std::string>&) { return client_end{1, "no words\n"}; });
  s.want();
  CHECK(s.run() == guard_exit_failed);
  const auto listed = s.incidents();
  CHECK(listed.size() == 6);  // their heads
  CHECK(std::count_if(listed.begin(), listed.end(), [](const auto& one) { return one.kept; }) == 2);
  CHECK(listed.front().kept);
}

TEST_CASE("an HDFS that is full for incidents alone holds up nothing: the end is on record") {
  kept s;
  s.spec.restart_attempts = 1;
  s.name_node.server().disturb([](const fake::request& asked) {
    const bool incident = asked.target.find("/incidents") != std::string::npos;
    if (!incident || asked.method == "GET") return std::optional<fake::disturbance>();
    fake::disturbance full;
    full.what = fake::disturbance::kind::replace;
    full.instead = fake::text(
        403,
        R"({"RemoteException":{"exception":"NSQuotaExceededException","javaClassName":"org.apache.hadoop.hdfs.protocol.NSQuotaExceededException","message":"The NameSpace quota of /state is exceeded"}})",
        "application/json");
    return std::optional(full);
  });
  s.on_submit([](const std::vector<std::string>&) { return client_end{1, "no words\n"}; });
  s.want();
  CHECK(s.run() == guard_exit_failed);
  s.name_node.server().disturb(nullptr);
  CHECK(s.submissions() == 2);
  const auto log = s.log();
  CHECK(log.ends.size() == 2);
  CHECK(s.incidents().empty());
  CHECK(s.guard_log().find("is not kept") != std::string::npos);
  CHECK(s.guard_log().find("quota") != std::string::npos);
}

TEST_CASE(
    "INV-4: incidents that cannot be listed, or services that hang, end nothing and start "
    "nothing") {
  kept s;
  s.submit_here();
  s.pace.keeping_limit = io::milliseconds(300);
  s.name_node.server().disturb([](const fake::request& asked) {
    return asked.target.find("/incidents") == std::string::npos
               ? std::nullopt
               : std::optional(fake::disturbance{});  // never answers
  });
  s.node.server.disturb([](const fake::request&) { return std::optional(fake::disturbance{}); });
  s.want();
  s.start();
  const std::string id = s.await_live();
  s.fail_job("RESTARTING", task_failure, 1'795'439'460'000);
  REQUIRE(eventually([&] { return s.guard_log().find("is not kept") != std::string::npos; }));
  CHECK(s.live_ids() == std::vector<std::string>{id});
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("INV-5: what a guard that was killed had not kept, the next one keeps") {
  kept s;
  s.want();
  const std::uint64_t epoch = s.claim();
  dm::component::end_fact end;
  end.epoch = epoch;
  end.outcome = outcome::failed;
  end.cause = "the sensor is on fire";
  end.failure_class = "user_exception";
  end.source = "job archive";
  end.ended_at = io::now();
  end.decision = dm::component::decision::give_up;
  s.put_end(end);
  CHECK(s.run() == guard_exit_failed);
  REQUIRE(s.incidents().size() == 1);
  CHECK(s.incidents().front().head.message == "the sensor is on fire");
  // And the one after that finds it.
  const auto before = s.name_node.files().get("/state/prod/app/job/incidents/2-end.json");
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.incidents().size() == 1);
  CHECK(s.name_node.files().get("/state/prod/app/job/incidents/2-end.json") == before);
}

TEST_CASE("garbage among the incidents is left alone, and keeps nothing from being kept") {
  kept s;
  s.name_node.files().put("/state/prod/app/job/incidents/index.json", "garbage");
  s.name_node.files().put("/state/prod/app/job/incidents/1-end.json",
                          R"({"schema":2,"head":{"id":"1-end"}})");
  s.on_submit([](const std::vector<std::string>&) { return client_end{1, "no words\n"}; });
  s.want();
  CHECK(s.run() == guard_exit_failed);
  const auto listed = s.incidents();
  REQUIRE(listed.size() == 2);
  CHECK(with_id(listed, "2-end") != nullptr);
  CHECK(with_id(listed, "1-end")->problem.find("schema 2") != std::string::npos);
}
