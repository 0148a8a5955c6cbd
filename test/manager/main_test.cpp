// The program as a whole: what it checks, what it does at signals, with what it ends.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
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
