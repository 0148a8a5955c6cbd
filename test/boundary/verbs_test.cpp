// The verbs through the firewall, with memory that runs out.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/verbs.h"

#include <string>

#include <catch2/catch.hpp>

#include "boundary/savepoint.h"
#include "json.h"
#include "scarce_memory.h"
#include "session_fixture.h"

using namespace dm;

namespace {

// Runs a verb again and again, each time with one allocation more, until memory suffices.
void check_with_scarce_memory(dm_operation verb, const std::string& request) {
  test::session_fixture f;
  for (long allowed = 0;; ++allowed) {
    REQUIRE(allowed < 20'000);
    dm_document reply{};
    dm_status status = DM_STATUS_OK;
    bool ran_out = false;
    {
      const test::scarce_memory memory(allowed);
      status = verb(&f.session, nullptr, {request.data(), request.size()}, &reply);
      ran_out = memory.ran_out();
    }
    INFO("allocations allowed: " << allowed << ", status " << status);
    REQUIRE(reply.data != nullptr);
    const io::json_document json = test::parsed({reply.data, reply.size});
    if (status != DM_STATUS_OK) CHECK_FALSE(test::text_at(json, "error.code").empty());
    boundary::release_document(&reply);
    if (!ran_out) break;
  }
}

}  // namespace

TEST_CASE("DM-14: validate with memory that runs out at any allocation") {
  check_with_scarce_memory(
      boundary::operation<boundary::validate>,
      R"({"schema":1,"namespace":"ns","application":"a","component":"c",)"
      R"("properties":{"component_main_jar":"a.jar","component_flink_parallelism":"many"}})");
}

TEST_CASE("DM-14: a refused request with memory that runs out at any allocation") {
  check_with_scarce_memory(boundary::operation<boundary::start>, R"({"schema":2,"wait":"yes"})");
  check_with_scarce_memory(boundary::operation<boundary::status>,
                           R"({"schema":1,"components":[{},1]})");
  check_with_scarce_memory(boundary::savepoint_table.trigger,
                           R"({"schema":1,"operation":"a b","format":"fast"})");
  check_with_scarce_memory(boundary::savepoint_table.list,
                           R"({"schema":1,"components":[{},1],"states":["COMPLETED"]})");
}

TEST_CASE("The end of every verb is logged once") {
  test::session_fixture f;
  const std::string request = "{";
  CHECK(boundary::operation<boundary::stop>(&f.session, nullptr, {request.data(), request.size()},
                                            nullptr) == DM_STATUS_INVALID_ARGUMENT);
  REQUIRE(f.lines.size() == 1);
  CHECK(f.lines[0].find("stop: INVALID_ARGUMENT: ") == 0);
}
