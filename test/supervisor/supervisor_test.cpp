// Start, stop and apply against a real supervisord, and what a misbehaving one is told apart from.
// SPDX-License-Identifier: Apache-2.0
#include "supervisor/supervisor.h"

#include "fake/http_server.h"
#include "real_supervisord.h"
#include "supervisor/program_file.h"

#include <catch2/catch.hpp>

#include <signal.h>
#include <chrono>
#include <thread>

using namespace dm::supervisor;
using dm::status_code;
using dm::io::operation;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// A program that runs until it is told to end; with `trap` it takes a second to do so.
std::string sleeper(const std::string& name, bool trap = false, const std::string& mark = "1") {
  program p;
  p.name = name;
  p.command = {"/bin/sh", "-c",
               trap ? "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.05; done # " + mark
                    : "while :; do sleep 0.05; done # " + mark};
  p.expected_exit_codes = {0, 143};
  return render_program_file(p).value();
}

std::string program_with(const std::string& name, std::vector<std::string> command,
                         std::vector<int> exit_codes = {0}) {
  program p;
  p.name = name;
  p.command = std::move(command);
  p.expected_exit_codes = std::move(exit_codes);
  return render_program_file(p).value();
}

struct bed {
  dm::test::real_supervisord supervisord;
  dm::io::http_client http;
  supervisor rpc{http, {supervisord.socket_url(), "", ""}};
  operation op = operation::within(seconds(60));

  process_information process(const std::string& name) {
    auto found = rpc.process(op, name);
    REQUIRE(found);
    REQUIRE(found->has_value());
    return **found;
  }
  void apply(const std::string& name) {
    const auto applied = rpc.apply(op, name);
    if (!applied) FAIL(applied.error().text());
  }
};

}  // namespace

TEST_CASE("a program is loaded, started, stopped and removed", "[supervisord]") {
  bed b;
  CHECK_FALSE(b.rpc.process(b.op, "one").value().has_value());
  b.supervisord.write_program("one", sleeper("one"));
  b.apply("one");
  // A loaded program is started: autostart is always on (D-54).
  CHECK(b.process("one").state == "RUNNING");
  CHECK(b.rpc.stop(b.op, "one").value());
  CHECK_FALSE(b.process("one").alive());

  CHECK(b.rpc.start(b.op, "one").value());
  CHECK(b.process("one").state == "RUNNING");
  CHECK(b.process("one").alive());
  CHECK(b.process("one").pid > 0);
  CHECK(b.process("one").started_s > 1'500'000'000);
  CHECK(b.process("one").group == "one");
  CHECK_FALSE(b.rpc.start(b.op, "one").value());  // idempotent
  CHECK(b.rpc.all_processes(b.op).value().size() == 1);

  const int pid = b.process("one").pid;
  CHECK(b.rpc.stop(b.op, "one").value());
  CHECK(b.process("one").state == "STOPPED");
  CHECK(::kill(pid, 0) != 0);
  CHECK_FALSE(b.rpc.stop(b.op, "one").value());

  b.supervisord.remove_program("one");
  b.apply("one");
  CHECK_FALSE(b.rpc.process(b.op, "one").value().has_value());
  b.apply("one");
  CHECK_FALSE(b.rpc.stop(b.op, "one").value());
  const auto gone = b.rpc.start(b.op, "one");
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == status_code::not_found);
  CHECK(gone.error().hint.find("supervisor_config_dir") != std::string::npos);
}

TEST_CASE("apply touches its own program only", "[supervisord]") {
  bed b;
  b.supervisord.write_program("mine", sleeper("mine"));
  b.supervisord.write_program("other", sleeper("other"));
  b.apply("mine");
  CHECK_FALSE(b.rpc.process(b.op, "other").value().has_value());
  b.apply("other");
  const int other_pid = b.process("other").pid;
  const int my_pid = b.process("mine").pid;

  b.supervisord.write_program("other", sleeper("other", false, "changed"));
  b.apply("mine");  // unchanged: it goes on
  CHECK(b.process("mine").pid == my_pid);
  b.supervisord.write_program("mine", sleeper("mine", false, "changed"));
  b.apply("mine");  // changed: its process ended and the program was replaced
  CHECK(b.process("mine").pid != my_pid);
  CHECK(::kill(my_pid, 0) != 0);
  CHECK(b.process("other").pid == other_pid);

  b.supervisord.remove_program("other");
  b.apply("mine");
  CHECK(b.process("other").pid == other_pid);
  b.apply("other");
  CHECK_FALSE(b.rpc.process(b.op, "other").value().has_value());
  CHECK(::kill(other_pid, 0) != 0);
}

TEST_CASE("a configuration that cannot be read is named, and nothing changes", "[supervisord]") {
  bed b;
  b.supervisord.write_program("mine", sleeper("mine"));
  b.apply("mine");
  b.supervisord.write_program(
      "broken", "[program:broken]\ncommand=/bin/true\nstdout_logfile=/nosuch/directory/x.log\n");
  b.supervisord.write_program("new", sleeper("new"));
  const auto refused = b.rpc.apply(b.op, "new");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("program:broken") != std::string::npos);
  CHECK(refused.error().message.find("/nosuch/directory") != std::string::npos);
  CHECK(b.process("mine").state == "RUNNING");
  b.supervisord.remove_program("broken");
  b.apply("new");
  CHECK(b.process("new").alive());
}

TEST_CASE("a deleted user in one file is named too", "[supervisord]") {
  bed b;
  b.supervisord.write_program("damaged",
                              "[program:damaged]\ncommand=/bin/true\nuser=nosuchuser0\n");
  const auto refused = b.rpc.apply(b.op, "mine");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("nosuchuser0") != std::string::npos);
}

TEST_CASE("stop waits for the end, within its deadline", "[supervisord]") {
  bed b;
  b.supervisord.write_program("slow", sleeper("slow", true));
  b.apply("slow");
  REQUIRE(b.rpc.start(b.op, "slow"));
  const int pid = b.process("slow").pid;
  std::this_thread::sleep_for(milliseconds(300));  // until its trap is set
  const auto hurried = b.rpc.stop(operation::within(milliseconds(200)), "slow");
  REQUIRE_FALSE(hurried);
  CHECK(hurried.error().code == status_code::deadline_exceeded);
  CHECK(hurried.error().message.find("slow") != std::string::npos);
  CHECK(b.process("slow").state == "STOPPING");
  // A start meanwhile waits for the end of the old process and then really starts a new one.
  CHECK(b.rpc.start(b.op, "slow").value());
  CHECK(b.process("slow").state == "RUNNING");
  CHECK(b.process("slow").pid != pid);

  std::this_thread::sleep_for(milliseconds(300));
  REQUIRE_FALSE(b.rpc.stop(operation::within(milliseconds(200)), "slow"));
  CHECK(b.rpc.stop(b.op, "slow")
            .value());  // called again while it is STOPPING: waits and says that it ran
  CHECK_FALSE(b.process("slow").alive());
}

TEST_CASE("a SIGTERM that is lost is sent again, long before supervisord kills", "[supervisord]") {
  bed b;
  // As a child of supervisord's is that has not become its program yet: the first one does nothing.
  b.supervisord.write_program(
      "deaf",
      program_with("deaf", {"/bin/sh", "-c",
                            "trap 'trap \"exit 0\" TERM' TERM; while :; do sleep 0.05; done"}));
  b.apply("deaf");
  REQUIRE(b.rpc.start(b.op, "deaf"));
  std::this_thread::sleep_for(milliseconds(300));  // until its trap is set
  CHECK(b.rpc.stop(b.op, "deaf").value());
  const auto ended = b.process("deaf");
  CHECK_FALSE(ended.alive());
  CHECK(ended.exit_status == 0);  // by itself, not by SIGKILL
}

TEST_CASE("stop is cancelled from another thread", "[supervisord]") {
  bed b;
  b.supervisord.write_program("slow", sleeper("slow", true));
  b.apply("slow");
  REQUIRE(b.rpc.start(b.op, "slow"));
  std::this_thread::sleep_for(milliseconds(300));
  dm::io::cancellation cancel;
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds(100));
    cancel.cancel();
  });
  const auto stopped =
      b.rpc.stop(operation(std::chrono::steady_clock::now() + seconds(30), &cancel), "slow");
  canceller.join();
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == status_code::cancelled);
}

TEST_CASE("a program that ends at once was started, whatever it ended with", "[supervisord]") {
  bed b;
  b.supervisord.write_program("quick", program_with("quick", {"/bin/true"}));
  b.apply("quick");
  while (b.process("quick").state != "EXITED") std::this_thread::sleep_for(milliseconds(20));
  CHECK(b.rpc.start(b.op, "quick").value());
  b.supervisord.write_program("fails", program_with("fails", {"/bin/sh", "-c", "exit 3"}, {0, 3}));
  b.apply("fails");
  while (b.process("fails").state != "EXITED") std::this_thread::sleep_for(milliseconds(20));
  CHECK(b.process("fails").exit_status == 3);
}

TEST_CASE("a command that cannot be run is told", "[supervisord]") {
  bed b;
  const std::string path = GENERATE(as<std::string>(), "/nosuch/flink-guard", "/etc/passwd");
  b.supervisord.write_program("bad", program_with("bad", {path}));
  b.apply("bad");
  const auto started = b.rpc.start(b.op, "bad");
  REQUIRE_FALSE(started);
  CHECK(started.error().code == status_code::failed_precondition);
  CHECK(started.error().message.find(path) != std::string::npos);
}

TEST_CASE("many clients apply at the same moment and none loses its program", "[supervisord]") {
  bed b;
  constexpr int clients = 6;
  std::vector<std::thread> threads;
  std::vector<std::string> failures(clients);
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = "client" + std::to_string(i);
      dm::io::http_client http;
      supervisor rpc(http, {b.supervisord.socket_url(), "", ""});
      const auto op = operation::within(seconds(60));
      for (int round = 0; round < 5; ++round) {
        b.supervisord.write_program(name, sleeper(name, false, std::to_string(round)));
        // All of them also update one program that they share: a second deployment manager, or
        // supervisorctl.
        for (const std::string& target : {name, std::string("client0")}) {
          if (target == name || i != 0) {
            const auto applied = rpc.apply(op, target);
            if (!applied && target == name)
              failures[static_cast<std::size_t>(i)] = applied.error().text();
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) CHECK(failure.empty());
  for (int i = 0; i < clients; ++i) CHECK(b.process("client" + std::to_string(i)).alive());
  CHECK(b.rpc.all_processes(b.op).value().size() == clients);
}

TEST_CASE("over HTTP with a password", "[supervisord]") {
  bed b;
  const auto url = b.supervisord.http_url();
  supervisor allowed(b.http,
                     {url, dm::test::real_supervisord::user, dm::test::real_supervisord::password});
  CHECK(allowed.all_processes(b.op));
  // "/RPC2" may be left out.
  supervisor shorter(b.http, {url.substr(0, url.rfind('/')), dm::test::real_supervisord::user,
                              dm::test::real_supervisord::password});
  CHECK(shorter.all_processes(b.op));
  supervisor refused(b.http, {url, "operator", "wrong-secret"});
  const auto listed = refused.all_processes(b.op);
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == status_code::unauthenticated);
  CHECK(listed.error().text().find("wrong-secret") == std::string::npos);
}

TEST_CASE("no supervisord is UNAVAILABLE, and names where it was looked for") {
  dm::io::http_client http;
  const std::string url =
      GENERATE(as<std::string>(), "unix:///nosuch/supervisor.sock", "http://127.0.0.1:1/RPC2");
  supervisor rpc(http, {url, "", ""});
  const auto op = operation::within(seconds(20));
  for (const auto& failure :
       {rpc.apply(op, "x"), rpc.start(op, "x").map([](bool) {}), rpc.stop(op, "x").map([](bool) {}),
        rpc.all_processes(op).map([](const auto&) {})}) {
    REQUIRE_FALSE(failure);
    CHECK(failure.error().code == status_code::unavailable);
    CHECK(failure.error().message.find(url) != std::string::npos);
  }
}

TEST_CASE("another service on its port is told apart") {
  dm::fake::http_server server([](const dm::fake::request&) {
    return dm::fake::text(200, "<html>Hello</html>", "text/html");
  });
  dm::io::http_client http;
  supervisor rpc(http, {server.address() + "/RPC2", "", ""});
  const auto listed = rpc.all_processes(operation::within(seconds(20)));
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == status_code::unavailable);
}

TEST_CASE("HTTP errors and odd answers are UNAVAILABLE") {
  const auto answer = GENERATE(dm::fake::text(404, "not found"), dm::fake::text(500, "internal"),
                               dm::fake::text(200,
                                              "<methodResponse><params><param><value><string>x</"
                                              "string></value></param></params></methodResponse>",
                                              "text/xml"),
                               dm::fake::text(200,
                                              "<methodResponse><params><param><value><array><data><"
                                              "value><int>1</int></value></data></array>"
                                              "</value></param></params></methodResponse>",
                                              "text/xml"));
  dm::fake::http_server server([&](const dm::fake::request&) { return answer; });
  dm::io::http_client http;
  supervisor rpc(http, {server.address() + "/RPC2", "", ""});
  const auto listed = rpc.all_processes(operation::within(seconds(20)));
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == status_code::unavailable);
}

TEST_CASE("a supervisord that is shutting down is UNAVAILABLE") {
  dm::fake::http_server server([](const dm::fake::request&) {
    return dm::fake::text(200,
                          "<methodResponse><fault><value><struct><member><name>faultCode</"
                          "name><value><int>6</int></value>"
                          "</member><member><name>faultString</name><value><string>SHUTDOWN_STATE</"
                          "string></value></member>"
                          "</struct></value></fault></methodResponse>",
                          "text/xml");
  });
  dm::io::http_client http;
  supervisor rpc(http, {server.address() + "/RPC2", "", ""});
  const auto op = operation::within(seconds(20));
  for (const auto& failure : {rpc.apply(op, "x"), rpc.start(op, "x").map([](bool) {}),
                              rpc.stop(op, "x").map([](bool) {})}) {
    REQUIRE_FALSE(failure);
    CHECK(failure.error().code == status_code::unavailable);
    CHECK(failure.error().message.find("shutting down") != std::string::npos);
  }
}

TEST_CASE("a fork that fails is RESOURCE_EXHAUSTED with supervisord's words") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    const std::string member = "<member><name>";
    const bool starts = asked.body.find("startProcess") != std::string::npos;
    const std::string members =
        starts ? member + "faultCode</name><value><int>50</int></value></member>" + member +
                     "faultString</name><value><string>SPAWN_ERROR: x</string></value></member>"
               : member + "name</name><value><string>x</string></value></member>" + member +
                     "statename</name><value><string>BACKOFF</string></value></member>" + member +
                     "spawnerr</name><value><string>Too many processes in process table to spawn "
                     "'x'</string></value></member>";
    const std::string value = "<value><struct>" + members + "</struct></value>";
    return dm::fake::text(200,
                          "<methodResponse>" +
                              (starts ? "<fault>" + value + "</fault>"
                                      : "<params><param>" + value + "</param></params>") +
                              "</methodResponse>",
                          "text/xml");
  });
  dm::io::http_client http;
  supervisor rpc(http, {server.address() + "/RPC2", "", ""});
  const auto started = rpc.start(operation::within(seconds(20)), "x");
  REQUIRE_FALSE(started);
  CHECK(started.error().code == status_code::resource_exhausted);
  CHECK(started.error().message.find("Too many processes") != std::string::npos);
}
