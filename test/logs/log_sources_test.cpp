// The sources verb, against a whole fake cluster.
#include "logs/log_sources.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "component/container_record.h"
#include "fake/node_manager.h"
#include "logs/source_id.h"
#include "support/deployment.h"

using namespace dm::logs;
using dm::status_code;
using dm::test::deployment;
using dm::test::write_text;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

std::string container_of(const std::string& application, int number) {
  return fmt::format("container_{}_01_{:06}", application.substr(12), number);
}

struct world {
  deployment d;
  fake::node_manager node;
  std::string application;

  // A job that runs, with a JobManager and a TaskManager.
  world() {
    application = d.play_guard();
    d.resource_manager.cluster().change(application, [&](fake::yarn_application& one) {
      one.am_container_logs = node.page(container_of(application, 1));
      one.containers = {{container_of(application, 1), node.address()},
                        {container_of(application, 2), node.address()}};
    });
    node.write(container_of(application, 1), "jobmanager.log", "2026-11-27 01:00:00,000 INFO up\n");
    node.write(container_of(application, 1), "launch_container.sh", "export SECRET=x\n");
    node.write(container_of(application, 2), "taskmanager.log", "line\n");
    node.write(container_of(application, 2), "taskmanager.out", "");
    node.write(container_of(application, 2), "odd name.log", "");
    d.edge.supervisord().change(
        d.data.program, [](fake::supervised_process& process) { process.state = "RUNNING"; });
    write_text(d.data.directory + "/logs/guard.log", "2026-11-27T01:00:00.000Z INFO begins\n");
    write_text(d.data.directory + "/logs/client-1.log", "of an epoch that is long gone\n");
  }

  // As the guard does; the epoch.
  std::uint64_t record(const std::vector<dm::cluster::container_place>& containers) {
    dm::context::component_view view(d.session(), d.data);
    dm::component::container_record seen;
    seen.epoch = d.log().newest_incarnation()->number;
    seen.application_id = application;
    seen.add(containers);
    REQUIRE(dm::component::write_containers({}, view.hdfs(), view.directory(), seen, true));
    return seen.epoch;
  }

  sources_reply ask(std::int64_t incarnations = 3) {
    sources_request request;
    request.data = d.data;
    request.incarnations = incarnations;
    return sources(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  }
};

const log_source* find(const sources_reply& reply, const std::string& id) {
  const auto found = std::find_if(reply.sources.begin(), reply.sources.end(),
                                  [&](const log_source& source) { return source.id == id; });
  return found == reply.sources.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a living job has the logs of its guard and of each container") {
  world w;
  const sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  CHECK(reply.missing.empty());
  const log_source* guard = find(reply, "guard.log");
  REQUIRE(guard != nullptr);
  CHECK(guard->state == source_state::living);
  CHECK(guard->size_bytes == 37);
  w.d.edge.supervisord().change(
      w.d.data.program, [](fake::supervised_process& process) { process.state = "STOPPED"; });
  const sources_reply later = w.ask();
  CHECK(find(later, "guard.log")->state == source_state::ended);
  const log_source* manager = find(reply, container_of(w.application, 1) + ".jobmanager.log");
  REQUIRE(manager != nullptr);
  CHECK(manager->kind == source_kind::jobmanager);
  CHECK(manager->state == source_state::living);
  CHECK(manager->application_id == w.application);
  CHECK(manager->host == "127.0.0.1");
  const log_source* worker = find(reply, container_of(w.application, 2) + ".taskmanager.out");
  REQUIRE(worker != nullptr);
  CHECK(worker->kind == source_kind::taskmanager);
  CHECK(worker->size_bytes == 0);
  for (const log_source& source : reply.sources) {
    CHECK(may_be_source_id(source.id));
    CHECK(source.file != "launch_container.sh");
    CHECK(source.file != "odd name.log");
  }
  const auto epoch = manager->epoch;
  CHECK(find(reply, fmt::format("diagnostics-{}", epoch)) != nullptr);
  CHECK(find(reply, fmt::format("history-{}", epoch))->state == source_state::unavailable);
}

TEST_CASE("sources have an order, whoever answers first") {
  world w;
  const std::string first = container_of(w.application, 1);
  w.node.write(first, "a.log", "");
  w.node.server().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (asked.path.find(first) == std::string::npos) return std::nullopt;
    fake::disturbance late;
    late.what = fake::disturbance::kind::delay;
    late.delay = std::chrono::milliseconds(300);
    return late;
  });
  const sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  std::vector<std::string> files;
  for (const log_source& source : reply.sources) {
    if (!source.container_id.empty()) files.push_back(source.file);
  }
  CHECK(files ==
        std::vector<std::string>{"a.log", "jobmanager.log", "taskmanager.log", "taskmanager.out"});
}

TEST_CASE("of an ended job what the guard has recorded is found (containers that YARN forgot)") {
  world w;
  const std::uint64_t epoch = w.record({{container_of(w.application, 1), "", true, w.node.id()},
                                        {container_of(w.application, 2), "", true, w.node.id()}});
  w.d.resource_manager.cluster().change(w.application, [](fake::yarn_application& one) {
    one.state = "FAILED";
    one.final_status = "FAILED";
    one.diagnostics = "Container exited with 137";
    one.containers.clear();
  });
  const sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  const log_source* worker = find(reply, container_of(w.application, 2) + ".taskmanager.log");
  REQUIRE(worker != nullptr);
  CHECK(worker->state == source_state::ended);
  CHECK(find(reply, fmt::format("diagnostics-{}", epoch))->state == source_state::ended);
}

TEST_CASE("a recorded node that YARN does not have is not asked (INV-8)") {
  world w;
  fake::node_manager stranger;
  stranger.write(container_of(w.application, 2), "taskmanager.log", "not of the cluster\n");
  w.record({{container_of(w.application, 2), "", true, stranger.id()}});
  w.d.resource_manager.cluster().change(w.application, [](fake::yarn_application& one) {
    one.state = "FAILED";
    one.containers.clear();
  });
  const sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  const log_source* worker = find(reply, container_of(w.application, 2) + ".taskmanager.log");
  REQUIRE(worker != nullptr);
  CHECK(worker->state == source_state::unavailable);
  CHECK(worker->reason.find("is not known") != std::string::npos);
  CHECK(stranger.server().request_count() == 0);
}

TEST_CASE("a node that YARN has no more hides no other's files") {
  world w;
  w.record({{container_of(w.application, 1), "", true, "gone:45454"},
            {container_of(w.application, 2), "", true, w.node.id()}});
  w.d.resource_manager.cluster().change(w.application, [](fake::yarn_application& one) {
    one.state = "FAILED";
    one.am_container_logs.clear();
    one.containers.clear();
  });
  const sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  const log_source* worker = find(reply, container_of(w.application, 2) + ".taskmanager.log");
  REQUIRE(worker != nullptr);
  CHECK(worker->state == source_state::ended);
  CHECK_FALSE(reply.missing.empty());
}

TEST_CASE("what nobody has any more is unavailable, with the command that may show it") {
  world w;
  w.d.finish(w.application, "SUCCEEDED");
  w.node.remove(container_of(w.application, 1));
  sources_reply reply = w.ask();
  const log_source* manager = find(reply, container_of(w.application, 1) + ".jobmanager.log");
  REQUIRE(manager != nullptr);
  CHECK(manager->state == source_state::unavailable);
  CHECK(manager->reason.find("yarn logs -applicationId " + w.application) != std::string::npos);
  // Until they are on HDFS.
  w.d.resource_manager.cluster().configure("yarn.nodemanager.remote-app-log-dir", "/app-logs");
  w.d.files->put(fmt::format("/app-logs/{}/logs/{}/node1_45454", w.d.data.user, w.application),
                 "not a TFile");
  reply = w.ask();
  manager = find(reply, container_of(w.application, 1) + ".jobmanager.log");
  REQUIRE(manager != nullptr);
  CHECK(manager->reason.find("TFile") != std::string::npos);
}

TEST_CASE("who does not answer makes logs unavailable, and is no failure (INV-10)") {
  world w;
  w.node.server().stop();
  sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  const log_source* manager = find(reply, container_of(w.application, 1) + ".jobmanager.log");
  REQUIRE(manager != nullptr);
  CHECK(manager->state == source_state::unavailable);
  w.d.resource_manager.server().stop();
  w.d.name_node.server().stop();
  reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  CHECK(find(reply, "guard.log") != nullptr);
  CHECK(reply.missing.size() == 2);
}

TEST_CASE("a ResourceManager that is silent ends nothing (INV-10)") {
  world w;
  const std::uint64_t epoch = w.record({{container_of(w.application, 2), "", true, w.node.id()}});
  const std::string client = fmt::format("client-{}.log", epoch);
  write_text(w.d.data.directory + "/logs/" + client, "submits\n");
  // Where the node is, it has said before.
  REQUIRE_FALSE(w.ask().failure);
  w.d.resource_manager.server().stop();
  sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  const log_source* worker = find(reply, container_of(w.application, 2) + ".taskmanager.log");
  REQUIRE(worker != nullptr);
  CHECK(worker->state == source_state::living);
  const log_source* words = find(reply, fmt::format("diagnostics-{}", epoch));
  REQUIRE(words != nullptr);
  CHECK(words->state == source_state::unavailable);
  CHECK(words->reason.find("does not answer") != std::string::npos);
  CHECK(find(reply, client)->state == source_state::living);
  // The log is silent, too.
  w.d.name_node.server().stop();
  reply = w.ask();
  REQUIRE(find(reply, client) != nullptr);
  CHECK(find(reply, client)->state == source_state::living);
}

TEST_CASE("another node says where the files are (D-9)") {
  world w;
  const auto elsewhere = w.d.session_on("edge2");
  sources_request request;
  request.data = w.d.data;
  const sources_reply reply =
      sources(*elsewhere, io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE_FALSE(reply.failure);
  const log_source* guard = find(reply, "guard.log");
  REQUIRE(guard != nullptr);
  CHECK(guard->state == source_state::unavailable);
  CHECK(guard->reason.find(w.d.data.node) != std::string::npos);
  CHECK(find(reply, container_of(w.application, 2) + ".taskmanager.log")->state ==
        source_state::living);
}

TEST_CASE("a program that makes thousands of files is told a bounded number of them (INV-12)") {
  world w;
  for (int i = 0; i < 2500; ++i)
    w.node.write(container_of(w.application, 2), fmt::format("file-{}.log", i), "");
  const sources_reply reply = w.ask();
  REQUIRE_FALSE(reply.failure);
  CHECK(reply.sources.size() == 2000);
  CHECK(std::any_of(reply.missing.begin(), reply.missing.end(), [](const std::string& one) {
    return one.find("more than 2000") != std::string::npos;
  }));
}

TEST_CASE("data that leads elsewhere is not followed (INV-8)") {
  world w;
  sources_request request;
  request.data = w.d.data;
  request.data.directory = "/etc";
  const sources_reply reply =
      sources(w.d.session(), io::operation::within(std::chrono::seconds(30)), request);
  CHECK(find(reply, "guard.log") == nullptr);
  CHECK(reply.missing.size() == 1);
}
