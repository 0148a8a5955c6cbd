// Sessions and calls made and ended, also when memory is short.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/handles.h"

#include <string>

#include <catch2/catch.hpp>

#include "boundary/firewall.h"
#include "scarce_memory.h"
#include "session_fixture.h"

using namespace dm;

namespace {

const std::string environment =
    R"({"schema":1,"environment":{"namespace":"ns","yarn_resource_manager_host":"127.0.0.1","yarn_resource_manager_port":1,)"
    R"("webhdfs_host":"127.0.0.1","webhdfs_port":1,"flink":"/opt/flink/bin/flink"},"settings":{"guard":"/opt/guard"}})";

}  // namespace

TEST_CASE("DM-14: open with memory that runs out at any allocation") {
  dm_host host{};
  host.struct_size = sizeof host;
  long allowed = 0;
  for (bool opened_once = false; !opened_once; ++allowed) {
    REQUIRE(allowed < 10'000);
    dm_session* opened = nullptr;
    dm_document reply{};
    dm_status status = DM_STATUS_OK;
    bool ran_out = false;
    {
      const test::scarce_memory memory(allowed);
      status = boundary::open(&host, {environment.data(), environment.size()}, &opened, &reply);
      ran_out = memory.ran_out();
    }
    INFO("allocations allowed: " << allowed);
    if (status == DM_STATUS_OK) {
      CHECK(opened != nullptr);
      opened_once = !ran_out;
    } else {
      CHECK(status == DM_STATUS_RESOURCE_EXHAUSTED);
      CHECK(opened == nullptr);
      CHECK(reply.data != nullptr);
    }
    boundary::release_document(&reply);
    boundary::close(opened);
  }
}

TEST_CASE("DM-14: call_open with memory that runs out at any allocation") {
  test::session_fixture f;
  dm_call_options options{};
  options.struct_size = sizeof options;
  const std::string id(100, 'x');
  options.correlation_id = {id.data(), id.size()};
  for (long allowed = 0;; ++allowed) {
    REQUIRE(allowed < 1000);
    dm_call* made = nullptr;
    dm_status status = DM_STATUS_OK;
    {
      const test::scarce_memory memory(allowed);
      status = boundary::call_open(&f.session, &options, &made);
    }
    if (status == DM_STATUS_OK) {
      boundary::call_cancel(made);
      boundary::call_close(made);
      break;
    }
    CHECK(status == DM_STATUS_RESOURCE_EXHAUSTED);
    CHECK(made == nullptr);
  }
}
