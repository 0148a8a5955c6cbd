// What all verbs have in common, seen with a verb of the test's own.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/verb_run.h"

#include <string>

#include <catch2/catch.hpp>

#include "boundary/handles.h"
#include "json.h"
#include "session_fixture.h"

using namespace dm;

namespace {

boundary::outcome echo(dm_session* session, dm_call* call, const std::string& request) {
  return boundary::run(session, call, "echo", {request.data(), request.size()},
                       [](boundary::running_operation& running, const io::json_document& document) {
                         return boundary::outcome{status_code::ok, std::string(running.verb()) +
                                                                       " " + io::to_text(document)};
                       });
}

}  // namespace

TEST_CASE("A verb gets its request's document") {
  test::session_fixture f;
  CHECK(echo(&f.session, nullptr, R"({"a":1})").document == R"(echo {"a":1})");
}

TEST_CASE("A verb is not reached without a session, a document, or an own call") {
  test::session_fixture f;
  CHECK(echo(nullptr, nullptr, "{}").status == status_code::invalid_argument);
  CHECK(echo(&f.session, nullptr, "[]").status == status_code::invalid_argument);
  const auto no_text = boundary::run(
      &f.session, nullptr, "echo", {nullptr, 3},
      [](boundary::running_operation&, const io::json_document&) { return boundary::outcome{}; });
  CHECK(no_text.status == status_code::invalid_argument);

  test::session_fixture other;
  dm_call* call = nullptr;
  REQUIRE(boundary::call_open(&other.session, nullptr, &call) == DM_STATUS_OK);
  CHECK(echo(&f.session, call, "{}").status == status_code::invalid_argument);
  boundary::call_cancel(call);
  CHECK(echo(&other.session, call, "{}").status == status_code::cancelled);  // DM-20
  boundary::call_close(call);
  CHECK(f.lines.back().find("echo: INVALID_ARGUMENT") == 0);
}

TEST_CASE("The end of a verb is logged by what it has done") {
  test::session_fixture f;
  const boundary::running_operation running(f.session, nullptr, "echo");
  lifecycle::destroy_reply reply;
  boundary::log_end(running.operation(), reply);
  CHECK(f.lines.back() == "echo: done; nothing was changed");
  reply.changed = true;
  boundary::log_end(running.operation(), reply);
  CHECK(f.lines.back() == "echo: done");
  reply.failure = fail(status_code::unavailable, "nobody answers").value();
  boundary::log_end(running.operation(), reply);
  CHECK(f.lines.back().find("echo: UNAVAILABLE: nobody answers") == 0);
}
