// The fakes seen through the project's own clients: they speak the protocols they imitate.
#include <catch2/catch.hpp>
#include <fstream>

#include "../io/temporary_directory.h"
#include "fake/hdfs_files.h"
#include "fake/job_manager.h"
#include "fake/supervisord.h"
#include "flink/job_manager.h"
#include "flink/savepoint_rest.h"
#include "io/json.h"
#include "supervisor/supervisor.h"

namespace fake = dm::fake;
using dm::status_code;
using dm::io::operation;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

// A JobManager, and how a test asks it.
struct flink_service {
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::job_manager manager{"1.20.5", files};
  dm::io::http_client http;
  std::string job_id = manager.job().id;

  dm::io::http_response ask(const dm::io::http_request& request) {
    return http.perform(in_time, request).value();
  }
  dm::io::http_response post(const std::string& path, const std::string& body) {
    dm::io::http_request request;
    request.method = "POST";
    request.url = manager.address() + "/jobs/" + job_id + path;
    request.body = body;
    return ask(request);
  }
  dm::io::http_response get(const std::string& path) {
    dm::io::http_request request;
    request.url = manager.address() + "/jobs/" + job_id + path;
    return ask(request);
  }
};

}  // namespace

TEST_CASE("the fake JobManager shows its job") {
  flink_service s;
  const std::string at = s.manager.address();
  const auto overview =
      dm::flink::read_jobs_overview(s.ask(dm::flink::jobs_overview_request(at)), at);
  REQUIRE(overview);
  REQUIRE(overview->size() == 1);
  CHECK(overview->front().all_tasks_running());
  s.manager.change([](fake::flink_job& job) {
    job.task_state = "SCHEDULED";
    job.restarts = 4;
    job.restarting_ms = 1234;
    job.root_exception = "java.lang.RuntimeException: boom\n\tat x.y.z";
    job.exception_ms = 99;
  });
  const auto detail = dm::flink::read_job(s.ask(dm::flink::job_request(at, s.job_id)), at);
  REQUIRE(detail);
  CHECK_FALSE(detail->overview.all_tasks_running());
  CHECK(detail->restarting_since_ms == 1234);
  CHECK(dm::flink::read_restarts(s.ask(dm::flink::restarts_request(at, s.job_id)), at).value() ==
        4);
  const auto exceptions =
      dm::flink::read_exceptions(s.ask(dm::flink::exceptions_request(at, s.job_id)), at);
  REQUIRE(exceptions);
  CHECK(exceptions->root_exception.find("boom") != std::string::npos);
  CHECK(exceptions->history.size() == 1);
  CHECK(dm::flink::read_flink_version(s.ask(dm::flink::config_request(at)), at).value() ==
        "1.20.5");
}

TEST_CASE("the fake JobManager's job is cancelled once") {
  flink_service s;
  const std::string at = s.manager.address();
  std::string ended;
  s.manager.on_end([&](const std::string& state) { ended = state; });
  CHECK(dm::flink::read_cancel(s.ask(dm::flink::cancel_request(at, s.job_id)), at).value());
  CHECK(ended == "CANCELED");
  CHECK_FALSE(dm::flink::read_cancel(s.ask(dm::flink::cancel_request(at, s.job_id)), at).value());
}

TEST_CASE(
    "a savepoint is triggered once for one trigger id, and lies in HDFS when it is complete") {
  flink_service s;
  fake::savepoint_script script;
  script.polls_in_progress = 1;
  s.manager.script_savepoint(script);
  const std::string body =
      R"({"target-directory":"hdfs://nn:8020/sp/op1","triggerId":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"})";
  for (int i = 0; i < 2; ++i) CHECK(s.post("/savepoints", body).status == 202);
  CHECK(s.manager.savepoints_triggered() == 1);
  CHECK(s.files->names("/sp/op1").empty());
  CHECK(s.get("/savepoints/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a").body.find("IN_PROGRESS") !=
        std::string::npos);
  const auto done = s.get("/savepoints/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
  CHECK(done.body.find("hdfs://nn:8020/sp/op1/savepoint-79027c-") != std::string::npos);
  REQUIRE(s.files->names("/sp/op1").size() == 1);
  CHECK(s.files->get("/sp/op1/" + s.files->names("/sp/op1").front() + "/_metadata") ==
        fake::metadata_bytes(101));
  CHECK(s.get("/savepoints/0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b").status == 404);
  CHECK(s.get("/checkpoints").body.find(s.manager.savepoint_paths().front()) != std::string::npos);
}

TEST_CASE("a stop ends the job, and the cluster leaves when its result has been read") {
  flink_service s;
  std::string ended;
  s.manager.on_end([&](const std::string& state) { ended = state; });
  CHECK(
      s.post(
           "/stop",
           R"({"targetDirectory":"/sp","drain":false,"triggerId":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"})")
          .status == 202);
  CHECK(s.manager.job().state == "FINISHED");
  CHECK(ended.empty());
  CHECK(s.get("/savepoints/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a").body.find("COMPLETED") !=
        std::string::npos);
  CHECK(ended == "FINISHED");
}

TEST_CASE("a failed savepoint is a 200 with a cause, and the job runs on") {
  flink_service s;
  fake::savepoint_script script;
  script.failure =
      "java.util.concurrent.CompletionException: x\nCaused by: java.io.IOException: full";
  s.manager.script_savepoint(script);
  s.post("/stop", R"({"targetDirectory":"/sp","triggerId":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"})");
  const auto answer = s.get("/savepoints/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a");
  CHECK(answer.status == 200);
  CHECK(answer.body.find("failure-cause") != std::string::npos);
  CHECK(s.manager.job().state == "RUNNING");
  CHECK(s.files->all_files().empty());
}

TEST_CASE("the fake JobManager disposes of a savepoint once") {
  flink_service s;
  const std::string at = s.manager.address();
  s.files->put("/sp/savepoint-1/_metadata", fake::metadata_bytes(1));
  const auto dispose = [&] {
    const auto id =
        dm::flink::read_trigger(s.ask(dm::flink::disposal_request(at, "/sp/savepoint-1")), at);
    REQUIRE(id);
    const auto status =
        dm::flink::read_disposal_status(s.ask(dm::flink::disposal_status_request(at, *id)), at);
    REQUIRE(status);
    CHECK(status->completed);
    return status->failure;
  };
  CHECK(dispose().empty());
  CHECK_FALSE(s.files->exists("/sp/savepoint-1"));
  CHECK(dispose().find("Cannot find checkpoint or savepoint") != std::string::npos);
}

TEST_CASE("a trigger id that is none is refused") {
  flink_service s;
  CHECK(s.post("/savepoints", R"({"target-directory":"/sp","triggerId":"0a"})").status == 400);
  CHECK(s.manager.savepoints_triggered() == 0);
}

TEST_CASE("an old Flink refuses members that it does not know") {
  fake::job_manager old("1.13.6");
  dm::io::http_client http;
  dm::io::http_request request;
  request.method = "POST";
  request.url = old.address() + "/jobs/" + old.job().id + "/savepoints";
  request.body = R"({"target-directory":"/sp","triggerId":"0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"})";
  CHECK(http.perform(in_time, request)->status == 400);
  request.body = R"({"target-directory":"/sp"})";
  CHECK(http.perform(in_time, request)->status == 202);
  request.body = "{}";
  CHECK(http.perform(in_time, request)->status == 400);
}

TEST_CASE("the fake supervisord adds, starts, stops and removes a program") {
  const dm::test::temporary_directory directory;
  fake::supervisord service(directory.path());
  dm::io::http_client http;
  dm::supervisor::supervisor client(http, {service.url(), "", ""});
  std::vector<std::string> seen;
  service.on_start([&](const std::string& name) { seen.push_back("+" + name); });
  service.on_stop([&](const std::string& name) { seen.push_back("-" + name); });
  CHECK(client.all_processes(in_time)->empty());
  std::ofstream(directory / "a.conf")
      << "[program:flink.ns.app.c]\ncommand=/bin/true\nautostart=false\n";
  REQUIRE(client.apply(in_time, "flink.ns.app.c"));
  CHECK(client.process(in_time, "flink.ns.app.c").value()->state == "STOPPED");
  CHECK(client.start(in_time, "flink.ns.app.c").value());
  CHECK_FALSE(client.start(in_time, "flink.ns.app.c").value());
  CHECK(client.process(in_time, "flink.ns.app.c").value()->alive());
  CHECK(client.stop(in_time, "flink.ns.app.c").value());
  CHECK_FALSE(client.stop(in_time, "flink.ns.app.c").value());
  CHECK(seen == std::vector<std::string>{"+flink.ns.app.c", "-flink.ns.app.c"});
  std::filesystem::remove(directory / "a.conf");
  REQUIRE(client.apply(in_time, "flink.ns.app.c"));
  CHECK_FALSE(client.process(in_time, "flink.ns.app.c").value());
}

TEST_CASE("the fake supervisord asks for its login, and fails as it is told") {
  const dm::test::temporary_directory directory;
  fake::supervisord service(directory.path());
  service.require_login("dm", "secret");
  dm::io::http_client http;
  dm::supervisor::supervisor stranger(http, {service.url(), "", ""});
  CHECK(stranger.all_processes(in_time).error().code == status_code::unauthenticated);
  dm::supervisor::supervisor client(http, {service.url(), "dm", "secret"});
  CHECK(client.all_processes(in_time));
  service.fail_reload("Error: Invalid user name nobody2 in section 'program:other'");
  const auto applied = client.apply(in_time, "x");
  REQUIRE_FALSE(applied);
  CHECK(applied.error().code == status_code::failed_precondition);
  CHECK(applied.error().text().find("program:other") != std::string::npos);
}
