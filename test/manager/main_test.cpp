// The program as a whole: what it checks, what it does at signals, with what it ends.
// SPDX-License-Identifier: Apache-2.0
#include "access/tokens.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"
#include "support/tls_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <chrono>
#include <sstream>

using manager::role;
using manager_test::converse;
using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::request;
using manager_test::status_of;
using manager_test::write_simple_package;

namespace {

std::string trusting_port(int port) {
  return fmt::format(
      R"({{"socket":{{"path":""}},"tcp":[{{"authentication":["trust_user_name"],"port":{}}}]}})",
      port);
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

std::string new_token(manager_fixture& dm, manager::role_set roles) {
  return manager::create_token(dm.directory() / "tokens", "daemon", roles, std::chrono::hours(1),
                               "");
}

std::string bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }

// A Deployment Manager that lets in who has a token.
void take_tokens(manager_fixture& dm) {
  dm.configure("access", R"({"token_file":"tokens"})");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"port":0,"authentication":["token"]}]})");
  dm.configure("log_level", R"("INFO")");
}

std::string header_of(const std::string& answer, const std::string& name) {
  const auto at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return answer.substr(begin, answer.find('\r', begin) - begin);
}

// The one line of the log that tells of a request.
std::string line_of(const std::string& log, const std::string& id) {
  std::istringstream lines(log);
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("event=request request=" + id + " ") == std::string::npos) continue;
    CHECK(found.empty());
    found = line;
  }
  return found;
}

// A descriptor of the socket that the process listens with on the port; invalid where the kernel
// does not hand it out.
manager::file_descriptor listening_socket(pid_t process, int port) {
  const manager::file_descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  for (int number = 0; handle.valid() && number < 1024; ++number) {
    manager::file_descriptor copy(
        static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), number, 0)));
    int listens = 0;
    socklen_t size = sizeof(listens);
    sockaddr_in address{};
    socklen_t length = sizeof(address);
    if (!copy.valid() ||
        ::getsockopt(copy.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
      continue;
    ::getsockname(copy.get(), reinterpret_cast<sockaddr*>(&address), &length);
    if (ntohs(address.sin_port) == port) return copy;
  }
  return manager::file_descriptor();
}

}  // namespace

TEST_CASE("a check ends with 0 where a start would serve; what may not be meant is a warning") {
  manager_fixture dm;
  dm.configure("admin_group", R"("no-such-group")");
  const auto checked = dm.run_program({"--check-config"});
  INFO(checked.text);
  CHECK(checked.code == 0);
  CHECK(has(checked.text, "no problem found"));
  CHECK(has(checked.text, "warning: $.admin_group"));
  dm.configure("log_level", R"("WARNING")");
  dm.start_program();
  CHECK(has(dm.program_log(), "level=WARNING event=configuration path=$.admin_group"));
  // Beside the one that serves, which has the address.
  dm.configure("listen", trusting_port(dm.port()));
  const auto beside = dm.run_program({"--check-config"});
  INFO(beside.text);
  CHECK(beside.code == 0);
  CHECK(has(beside.text, "warning: $.data_root"));
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a check ends with 2 and all that a start would fail at") {
  manager_fixture other;
  other.start();
  manager_fixture dm;
  dm.configure("listen", trusting_port(other.port()));
  dm.configure("port_file", R"("no/such/port")");
  manager_test::write_file(dm.directory() / "data/registry.sqlite", std::string(5000, 'x'));
  const auto checked = dm.run_program({"--check-config"});
  INFO(checked.text);
  CHECK(checked.code == 2);
  CHECK(has(checked.text, "3 problems"));
  CHECK(has(checked.text, "the port is taken"));
  CHECK(has(checked.text, "$.port_file"));
  CHECK(has(checked.text, "$.data_root"));
}

TEST_CASE("a start that cannot tell its port has begun nothing") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] { return dm.calls("start").size() == 1; });
  dm.kill_program();
  dm.unscript("start");
  dm.configure("port_file", R"("no/such/port")");
  dm.start_program();
  CHECK(dm.wait_for_program() == 1);
  CHECK(has(dm.program_log(), "no/such"));
  CHECK(dm.calls("start").size() == 1);
  dm.configure("port_file", R"("port")");
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.calls("start").size() == 2);
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE(
    "every refusal is in the log: who, from where, what, how it ended, under the answer's id") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  take_tokens(dm);
  const std::string reader = bearer(new_token(dm, {role::read}));
  const std::string writer = bearer(new_token(dm, {role::read, role::deploy, role::operate}));
  dm.start_program();
  const auto ask = [&](const std::string& line, const std::string& fields) {
    return converse(dm.port(), request(line, fields));
  };
  REQUIRE(status_of(ask("PUT /packages/app-1.0.0?wait=60", writer)) == 200);
  struct refusal {
    int status;
    std::string line;
    std::string fields;
    std::string user;
    std::string proof;
    std::string reason;
  };
  const std::string json = "Content-Type: application/json\r\nContent-Length: 2\r\n";
  const std::vector<refusal> refusals = {
      {401, "GET /applications?user.name=daemon", "", "", "none", "credential"},
      {401, "GET /applications", bearer("dm_00000000_0000"), "", "none", "unknown or has expired"},
      {403, "POST /applications/one/start", reader, "daemon", "token", "role"},
      {403, "GET /applications?user.name=root", writer, "daemon", "token", "only administrators"},
      {403, "GET /applications", writer + "Origin: http://evil.example\r\n", "", "none", "evil"},
      {409, "PUT /packages/app-1.0.0", writer, "daemon", "token", "state=\"DEPLOYED\""},
      {400, "PUT /packages/app-1.0.0?waits=1", writer, "daemon", "token", ""},
      {415, "POST /applications/one/start", writer + "Content-Length: 2\r\n", "daemon", "token",
       "application/json"},
      {404, "POST /applications/one/start", writer + json, "daemon", "token",
       "state=\"NOTCREATED\""},
      {405, "POST /applications", writer, "daemon", "token", "not allowed"},
      {405, "PATCH /applications", writer, "", "none", "not a method"},
      {400, "GET /%zz", writer, "", "none", ""},
  };
  for (const refusal& one : refusals) {
    INFO(one.line << " " << one.fields);
    const std::string answer =
        converse(dm.port(), request(one.line, one.fields) +
                                (one.fields.find("Length") == std::string::npos ? "" : "{}"));
    CHECK(status_of(answer) == one.status);
    const std::string line = line_of(dm.program_log(), header_of(answer, "X-Request-Id"));
    INFO(line);
    CHECK(line.find(" level=INFO ") != std::string::npos);
    CHECK(has(line,
              fmt::format(R"( user="{}" by="" proof={} from="127.0.0.1:)", one.user, one.proof)));
    const std::string method = one.line.substr(0, one.line.find(' '));
    const std::string target = one.line.substr(method.size() + 1);
    CHECK(has(line, fmt::format(R"( method="{}" path="{}" status={} ms=)", method,
                                target.substr(0, target.find('?')), one.status)));
    CHECK(has(line, one.reason));
  }
  // What is read is nobody's business, and nothing from outside makes a line of its own.
  const std::string read = ask("GET /applications", writer);
  CHECK(status_of(read) == 200);
  CHECK(line_of(dm.program_log(), header_of(read, "X-Request-Id")).empty());
  ask("DELETE /applications/a%0Aevent=request", writer);
  ask("GET /applications?user.name=x%0Aevent=request", writer);
  converse(dm.port(), "G\x01T /a\n\nevent=request request=0 user=forged\n\n");
  std::istringstream lines(dm.program_log());
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.starts_with("time=20"));
  }
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE(
    "SIGHUP opens the log anew and reads the tokens again; what cannot be read changes none") {
  manager_fixture dm;
  take_tokens(dm);
  dm.configure("log_file", R"("dm.log")");
  const std::string first = new_token(dm, {role::read});
  dm.start_program();
  const auto asks_with = [&](const std::string& token) {
    return status_of(converse(dm.port(), request("GET /applications", bearer(token))));
  };
  CHECK(asks_with(first) == 200);
  const auto file = dm.directory() / "dm.log";
  const auto rotated = dm.directory() / "dm.log.1";
  std::filesystem::rename(file, rotated);
  const std::string second = new_token(dm, {role::read});
  REQUIRE(manager::revoke_token(dm.directory() / "tokens", first.substr(3, 8)));
  CHECK(asks_with(second) == 401);
  dm.signal_program(SIGHUP);
  eventually([&] { return asks_with(second) == 200; });
  CHECK(asks_with(first) == 401);
  eventually([&] { return has(manager_test::read_file(file), "event=reloaded what=tokens"); });
  const std::string old_lines = manager_test::read_file(rotated);
  CHECK(has(old_lines, "event=serving"));
  CHECK_FALSE(has(old_lines, "event=reloaded"));

  manager_test::write_file(dm.directory() / "tokens", "no tokens");
  dm.signal_program(SIGHUP);
  eventually([&] { return has(manager_test::read_file(file), "event=not_reloaded what=tokens"); });
  CHECK(asks_with(second) == 200);
  // A log that cannot be made goes on where it was.
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  dm.signal_program(SIGHUP);
  CHECK(asks_with(second) == 200);
  CHECK(dm.terminate_program() == 0);
  CHECK(manager_test::read_file(rotated) == old_lines);
}

TEST_CASE("SIGHUP reads certificates again; what does not fit changes none") {
  manager_fixture dm;
  const manager_test::certificate_authority first(dm.directory().path(), "first");
  const manager_test::certificate_authority second(dm.directory().path(), "second");
  const auto own = first.issue("server", "server", "IP:127.0.0.1");
  take_tokens(dm);
  dm.configure(
      "listen",
      fmt::format(R"({{"socket":{{"path":""}},"tcp":[{{"port":0,"authentication":["token"],)"
                  R"("certificate":{},"key":{}}}]}})",
                  manager::json::quote(own.certificate), manager::json::quote(own.key)));
  new_token(dm, {role::read});
  dm.start_program();
  const auto answers = [&](const manager_test::certificate_authority& believed) {
    return manager_test::ask_over_tls(dm.port(), believed.file(), "GET", "/healthz").status == 200;
  };
  CHECK(answers(first));
  CHECK_FALSE(answers(second));
  second.issue("server", "server", "IP:127.0.0.1");
  CHECK(answers(first));
  dm.signal_program(SIGHUP);
  eventually([&] { return answers(second); });
  CHECK_FALSE(answers(first));
  manager_test::write_file(own.key, "no key");
  dm.signal_program(SIGHUP);
  eventually([&] { return has(dm.program_log(), "event=not_reloaded what=certificates"); });
  CHECK(answers(second));
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a listener that breaks ends the process with 1, for whoever supervises it") {
  manager_fixture dm;
  dm.start_program();
  CHECK(dm.get("/healthz").status == 200);
  const auto listening = listening_socket(dm.program(), dm.port());
  if (!listening.valid()) {
    WARN("the kernel hands out no descriptor of another process (ptrace): not tested");
    return;
  }
  ::shutdown(listening.get(), SHUT_RDWR);
  CHECK(dm.wait_for_program() == 1);
  CHECK(has(dm.program_log(), "event=server_ended"));
}
