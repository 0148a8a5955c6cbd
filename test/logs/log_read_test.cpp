// The read verb, against a whole fake cluster.
#include "logs/log_read.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "component/container_record.h"
#include "fake/node_manager.h"
#include "support/deployment.h"

using namespace dm::logs;
using dm::status_code;
using dm::test::deployment;
using dm::test::write_text;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

struct world {
  deployment d;
  fake::node_manager node;
  std::string application = d.play_guard();
  std::string manager = fmt::format("container_{}_01_000001", application.substr(12));
  std::string worker = fmt::format("container_{}_01_000002", application.substr(12));

  world() {
    d.resource_manager.cluster().change(application, [&](fake::yarn_application& one) {
      one.am_container_logs = node.page(manager);
      one.containers = {{manager, node.address()}, {worker, node.address()}};
    });
  }

  read_reply ask(const std::string& id, std::optional<std::int64_t> offset = std::nullopt,
                 std::int64_t max_bytes = 64 << 10, const std::string& grep = {}) {
    read_request request;
    request.data = d.data;
    request.source = id;
    request.offset = offset;
    request.max_bytes = max_bytes;
    request.grep = grep;
    return read(d.session(), io::operation::within(std::chrono::seconds(30)), request);
  }

  void guard_is(const std::string& state) {
    d.edge.supervisord().change(d.data.program,
                                [&](fake::supervised_process& process) { process.state = state; });
  }
};

std::string lines(int from, int to) {
  std::string text;
  for (int i = from; i < to; ++i) text += fmt::format("line {} of the log\n", i);
  return text;
}

}  // namespace

TEST_CASE("a living container's log is read piece by piece, and nothing is lost or twice") {
  world w;
  const std::string all = lines(0, 20'000);
  w.node.write(w.worker, "taskmanager.log", all);
  const std::string id = w.worker + ".taskmanager.log";
  std::string together;
  std::int64_t at = 0;
  for (int i = 0; i < 1000; ++i) {
    const read_reply reply = w.ask(id, at, 50'000);
    REQUIRE_FALSE(reply.failure);
    CHECK(reply.text.size() <= 50'000);
    CHECK(reply.offset == at);
    CHECK(reply.state == source_state::living);
    CHECK_FALSE(reply.ended);
    together += reply.text;
    at = reply.next_offset;
    if (!reply.truncated) break;
  }
  CHECK(together == all);
  w.node.write(w.worker, "taskmanager.log", "more\nhalf");
  const read_reply more = w.ask(id, at);
  CHECK(more.text == "more\n");
  CHECK(w.ask(id, more.next_offset).text.empty());
  CHECK(w.ask(id).text.ends_with("more\n"));
}

TEST_CASE("a follower costs the cluster a few small answers") {
  world w;
  w.node.write(w.manager, "jobmanager.log", lines(0, 100'000));
  const std::string id = w.manager + ".jobmanager.log";
  const std::int64_t end = w.ask(id).next_offset;
  w.node.server().forget_requests();
  w.d.name_node.server().forget_requests();
  const read_reply reply = w.ask(id, end);
  REQUIRE_FALSE(reply.failure);
  CHECK(w.node.server().request_count() == 1);
  CHECK(w.d.name_node.server().request_count() == 0);
}

TEST_CASE("a file that was rolled is begun anew, and that is said") {
  world w;
  const std::string id = w.worker + ".taskmanager.log";
  w.node.write(w.worker, "taskmanager.log", lines(0, 100));
  const std::int64_t at = w.ask(id).next_offset;
  w.node.replace(w.worker, "taskmanager.log", "after the roll\n");
  const read_reply reply = w.ask(id, at);
  REQUIRE_FALSE(reply.failure);
  CHECK(reply.text == "after the roll\n");
  CHECK(reply.offset == 0);
  CHECK(reply.truncated);
}

TEST_CASE("what is looked for is found behind much else") {
  world w;
  w.node.write(w.worker, "taskmanager.log", lines(0, 100'000) + "the needle\n" + lines(0, 10));
  const std::string id = w.worker + ".taskmanager.log";
  CHECK(w.ask(id, std::nullopt, 1000, "needle").text == "the needle\n");
  std::string found;
  std::int64_t at = 0;
  for (int i = 0; i < 100 && found.empty(); ++i) {
    const read_reply reply = w.ask(id, at, 1000, "/^the n.*e$/");
    REQUIRE_FALSE(reply.failure);
    found = reply.text;
    CHECK(reply.next_offset > at);
    at = reply.next_offset;
  }
  CHECK(found == "the needle\n");
  CHECK(w.ask(id, 0, 1000, "/(/").failure->code == status_code::invalid_argument);
}

TEST_CASE("an ended application's log ends, half a line included") {
  world w;
  w.node.write(w.manager, "jobmanager.log", "one\nand a half");
  w.d.finish(w.application, "SUCCEEDED");
  const read_reply reply = w.ask(w.manager + ".jobmanager.log", 0);
  REQUIRE_FALSE(reply.failure);
  CHECK(reply.text == "one\nand a half");
  CHECK(reply.ended);
  CHECK(reply.state == source_state::ended);
}

TEST_CASE("only containers of this component can be read (INV-8)") {
  world w;
  fake::yarn_application other;
  other.user = w.d.data.user;
  const std::string id = w.d.resource_manager.cluster().submit(other);
  const std::string container = fmt::format("container_{}_01_000001", id.substr(12));
  w.d.resource_manager.cluster().change(
      id, [&](fake::yarn_application& one) { one.am_container_logs = w.node.page(container); });
  w.node.write(container, "jobmanager.log", "somebody else's\n");
  const read_reply reply = w.ask(container + ".jobmanager.log");
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::not_found);
  CHECK(reply.text.empty());
  CHECK(w.ask("container_1_9999_01_000001.jobmanager.log").failure->code == status_code::not_found);
}

TEST_CASE("silence is no absence (INV-10)") {
  world w;
  w.node.write(w.manager, "jobmanager.log", "one\n");
  const std::string id = w.manager + ".jobmanager.log";
  w.node.server().stop();
  const read_reply silent = w.ask(id);
  REQUIRE(silent.failure);
  CHECK(silent.failure->code == status_code::unavailable);
  CHECK(silent.failure->hint.find("yarn logs") != std::string::npos);
  w.node.server().start();
  w.d.resource_manager.server().stop();
  w.d.name_node.server().stop();
  CHECK(w.ask(id).failure->code == status_code::unavailable);
}

TEST_CASE("a ResourceManager that is away does not hide what the guard has recorded") {
  world w;
  w.node.write(w.worker, "taskmanager.log", "one\n");
  dm::context::component_view view(w.d.session(), w.d.data);
  dm::component::container_record record;
  record.epoch = w.d.log().newest_incarnation()->number;
  record.application_id = w.application;
  record.add({{w.worker, "", true, w.node.id()}});
  REQUIRE(dm::component::write_containers({}, view.hdfs(), view.directory(), record, true));
  REQUIRE_FALSE(w.ask(w.worker + ".taskmanager.log").failure);  // it says where the node is
  w.d.resource_manager.server().stop();
  const read_reply reply = w.ask(w.worker + ".taskmanager.log");
  if (reply.failure) FAIL(reply.failure->text());
  CHECK(reply.text == "one\n");
}

TEST_CASE("the node's own logs are read, and another node's are not") {
  world w;
  w.guard_is("RUNNING");
  const auto epoch = w.d.log().newest_incarnation()->number;
  write_text(w.d.data.directory + "/logs/guard.log", "guard\n");
  const std::string client = fmt::format("client-{}.log", epoch);
  write_text(w.d.data.directory + "/logs/" + client, "client token=V1\n");
  CHECK(w.ask("guard.log").text == "guard\n");
  CHECK(w.ask("guard.log").state == source_state::living);
  CHECK(w.ask(client).text == "client token=***\n");
  CHECK(w.ask(client).state == source_state::living);
  CHECK(w.ask("guard.log.1").failure->code == status_code::not_found);
  const auto elsewhere = w.d.session_on("edge2");
  read_request request;
  request.data = w.d.data;
  request.source = "guard.log";
  const read_reply reply =
      read(*elsewhere, io::operation::within(std::chrono::seconds(30)), request);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == status_code::failed_precondition);
}

TEST_CASE("what is no source is not found, and leads nowhere (INV-8)") {
  world w;
  for (const char* none : {"bogus", "../guard.log", "/etc/passwd", "guard.log.x", "client-0.log"}) {
    INFO(none);
    const read_reply reply = w.ask(none);
    REQUIRE(reply.failure);
    CHECK(reply.failure->code == status_code::not_found);
    CHECK(reply.text.empty());
  }
  CHECK(w.ask("\x1b[31m").failure->text().find('\x1b') == std::string::npos);
}

TEST_CASE("the guard's log lives as long as supervisord runs the guard, or may") {
  world w;
  write_text(w.d.data.directory + "/logs/guard.log", "guard\n");
  for (const char* state : {"RUNNING", "STARTING", "BACKOFF", "STOPPING"}) {
    w.guard_is(state);
    CHECK(w.ask("guard.log").state == source_state::living);
    CHECK_FALSE(w.ask("guard.log").ended);
  }
  for (const char* state : {"STOPPED", "EXITED", "FATAL"}) {
    w.guard_is(state);
    CHECK(w.ask("guard.log").state == source_state::ended);
    CHECK(w.ask("guard.log").ended);
  }
  // Silence is no end (INV-4).
  w.d.edge.supervisord().server().stop();
  CHECK(w.ask("guard.log").state == source_state::living);
}

TEST_CASE("diagnostics and history are texts") {
  world w;
  const auto epoch = w.d.log().newest_incarnation()->number;
  w.d.resource_manager.cluster().finish(w.application, "FAILED", "killed by \x1b[31m the cluster");
  const read_reply reply = w.ask(fmt::format("diagnostics-{}", epoch));
  REQUIRE_FALSE(reply.failure);
  CHECK(reply.text.find("killed by \\x1b[31m the cluster") != std::string::npos);
  CHECK(reply.ended);
  CHECK(w.ask("diagnostics-999").failure->code == status_code::not_found);
  CHECK(w.ask(fmt::format("history-{}", epoch)).failure->code == status_code::unavailable);
}
