// The component's program in supervisord: what comes before any change to it.
// SPDX-License-Identifier: Apache-2.0
#include "placement/program.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/deployment.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::observation;
using namespace dm::package;
using namespace dm::placement;
using dm::status_code;
using dm::test::deployment;
using dm::test::read_text;
using dm::test::write_text;
namespace io = dm::io;

TEST_CASE("a component belongs to the node it was created on (D-9)") {
  deployment d;
  CHECK(check_node(d.session().settings(), d.data, "start"));
  d.data.node = "edge9";
  const auto refused = check_node(d.session().settings(), d.data, "start");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::failed_precondition);
  CHECK(refused.error().message.find("start of prod/app/stream") != std::string::npos);
  CHECK(refused.error().hint.find("edge9") != std::string::npos);
  d.data.node.clear();
  CHECK(check_node(d.session().settings(), d.data, "start").error().message.find("unknown") !=
        std::string::npos);
}

TEST_CASE("supervisord brings a program up with itself; a file that says otherwise is put right") {
  deployment d;
  const std::string made = read_text(d.data.program_file);
  REQUIRE(made.find("\nautostart=true\n") != std::string::npos);
  REQUIRE(check_program_file(d.data));
  CHECK(read_text(d.data.program_file) == made);
  std::string old = made;
  old.replace(old.find("autostart=true"), 14, "autostart=false");
  write_text(d.data.program_file, old);
  REQUIRE(check_program_file(d.data));
  CHECK(read_text(d.data.program_file) == made);
  CHECK(dm::test::names_in(d.edge.config_dir()).size() == 1);  // no temporary file is left
  CHECK(dm::test::mode_of(d.data.program_file) == 0640);
}

TEST_CASE("a program file that is gone is a designed error") {
  deployment d;
  std::filesystem::remove(d.data.program_file);
  const auto gone = check_program_file(d.data);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == status_code::failed_precondition);
  CHECK(gone.error().message.find(d.data.program_file) != std::string::npos);
  CHECK(gone.error().hint.find("create") != std::string::npos);
}

TEST_CASE("a link in the program file's place is not followed") {
  deployment d;
  const std::string target = d.edge.path() + "/precious";
  write_text(target, "x\nautostart=false\n");
  std::filesystem::remove(d.data.program_file);
  std::filesystem::create_symlink(target, d.data.program_file);
  CHECK_FALSE(check_program_file(d.data));
  CHECK(read_text(target) == "x\nautostart=false\n");
}
