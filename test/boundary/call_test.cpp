// Calls, and the operations that run under them.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/call.h"

#include <catch2/catch.hpp>

#include "json.h"
#include "session_fixture.h"

using namespace dm;
using test::session_fixture;

namespace {

void record_event(void* user, dm_string event) {
  static_cast<std::vector<std::string>*>(user)->emplace_back(event.data, event.size);
}

}  // namespace

TEST_CASE("Call options are copied and cut to size") {
  session_fixture f;
  dm_call call(f.session);
  const std::string id = std::string(1000, 'x') + "\n";
  dm_call_options options{};
  options.struct_size = sizeof options;
  options.timeout_ms = 77;
  options.correlation_id = {id.data(), id.size()};
  REQUIRE(boundary::read_call_options(options, call));
  CHECK(call.timeout_ms == 77);
  CHECK(call.correlation_id.size() == 256);
  options.struct_size = 0;
  CHECK_FALSE(boundary::read_call_options(options, call));
}

TEST_CASE("DM-16: a call is used by one operation at a time, and free again afterwards") {
  session_fixture f;
  dm_call call(f.session);
  {
    const auto first = boundary::call_use::begin(f.session, &call);
    REQUIRE(first);
    const auto second = boundary::call_use::begin(f.session, &call);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == status_code::failed_precondition);
  }
  CHECK(boundary::call_use::begin(f.session, &call));
  CHECK(boundary::call_use::begin(f.session, nullptr));
  session_fixture other;
  CHECK(boundary::call_use::begin(other.session, &call).error().code ==
        status_code::invalid_argument);
}

TEST_CASE("DM-19: the deadline is the call's, else the session's for the verb") {
  session_fixture f;
  const boundary::running_operation by_default(f.session, nullptr, "status");
  CHECK(by_default.operation().remaining() <= io::milliseconds(1234));
  dm_call call(f.session);
  call.timeout_ms = 60'000;
  const boundary::running_operation by_call(f.session, &call, "status");
  CHECK(by_call.operation().remaining() > io::milliseconds(1234));
  call.timeout_ms = UINT64_MAX;
  const boundary::running_operation endless(f.session, &call, "status");
  CHECK(endless.operation().check("nothing"));
  CHECK(endless.operation().remaining() > io::milliseconds(60'000));
}

TEST_CASE("DM-20: the operation sees its call's cancellation") {
  session_fixture f;
  dm_call call(f.session);
  const boundary::running_operation running(f.session, &call, "start");
  CHECK(running.operation().check("nothing"));
  call.cancel.cancel();
  CHECK(running.operation().check("something").error().code == status_code::cancelled);
}

TEST_CASE("Log lines say which verb, component and request they are about") {
  session_fixture f;
  dm_call call(f.session);
  call.correlation_id = "id-1";
  boundary::running_operation running(f.session, &call, "start");
  running.operation().log(io::log_level::info, "first");
  running.set_component("ns/app/comp");
  running.operation().log(io::log_level::info, "second");
  CHECK(f.lines ==
        std::vector<std::string>{"start [id-1]: first", "start ns/app/comp [id-1]: second"});
}

TEST_CASE("DM-22: progress is an event document") {
  session_fixture f;
  dm_call call(f.session);
  std::vector<std::string> events;
  call.user = &events;
  call.on_event = record_event;
  boundary::running_operation running(f.session, &call, "start");
  running.set_component("ns/app/comp");
  running.operation().progress("submit", "line\nend \xFF");
  REQUIRE(events.size() == 1);
  const auto json = test::parsed(events[0]);
  CHECK(test::text_at(json, "schema") == "1");
  CHECK(test::text_at(json, "event") == "progress");
  CHECK(test::text_at(json, "phase") == "submit");
  CHECK(test::text_at(json, "component") == "ns/app/comp");
  CHECK(test::text_at(json, "message") == "line\nend \xEF\xBF\xBD");
  for (const char* unknown : {"application_id", "job_id", "operation", "done", "total"})
    CHECK_FALSE(json.HasMember(unknown));
}

TEST_CASE("an event has the ids and numbers that are known, and a zero is one") {
  session_fixture f;
  dm_call call(f.session);
  std::vector<std::string> events;
  call.user = &events;
  call.on_event = record_event;
  const boundary::running_operation running(f.session, &call, "start");
  io::progress_facts facts;
  facts.application_id = "application_1_0001";
  facts.operation = "before-upgrade";
  facts.done = 0;
  facts.total = 2;
  running.operation().progress("start", "waiting", facts);
  REQUIRE(events.size() == 1);
  const auto json = test::parsed(events[0]);
  CHECK(test::text_at(json, "application_id") == "application_1_0001");
  CHECK(test::text_at(json, "operation") == "before-upgrade");
  CHECK(json["done"].GetInt64() == 0);
  CHECK(json["total"].GetInt64() == 2);
  CHECK_FALSE(json.HasMember("job_id"));
}
