// Directories without a component.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

#include <filesystem>

TEST_CASE("with the host's records lost no component is taken for a leftover") {
  planted p;
  p.records.clear();
  p.make_old(p.d.data.directory, 100);
  const auto reply = p.clean();
  CHECK_FALSE(reply.changed);
  CHECK(test::exists(p.d.data.directory + "/guard.json"));
  CHECK(test::exists(p.d.data.program_file));
  CHECK(std::any_of(reply.entries.begin(), reply.entries.end(), [&](const auto& one) {
    return one.kind == kind::files_without_component && one.path == p.d.data.directory &&
           !one.cleanable;
  }));
}

TEST_CASE("a component whose program file was written elsewhere is a whole one") {
  planted p;
  p.records.clear();
  const std::string text = test::read_text(p.d.data.program_file);
  p.forget_program(p.d.data.program_file, p.d.data.program);
  test::write_text(p.d.data.program_file, text);
  p.make_old(p.d.data.directory, 100);
  p.settings.supervisor_config_dir = p.d.edge.path() + "/other.d";
  std::filesystem::create_directories(p.settings.supervisor_config_dir);
  auto reply = p.clean({kind::files_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(test::exists(p.d.data.directory + "/guard.json"));
  std::filesystem::remove(p.d.data.program_file);
  reply = p.clean({kind::files_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().removed == true);
}

TEST_CASE("a directory without program stays while an application of it lives") {
  planted p;
  p.d.append(component::record_kind::run);
  p.d.play_guard();
  p.records.clear();
  p.forget_program(p.d.data.program_file, p.d.data.program);
  p.make_old(p.d.data.directory, 100);
  const auto reply = p.clean({kind::files_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(test::exists(p.d.data.directory));
}

TEST_CASE("kept logs of a component that is there, or that the host knows, are waiting and stay") {
  planted p;
  const std::string application = p.d.edge.install_root() + "/prod/app/";
  for (const char* name : {"stream.logs", "known.logs"}) {
    test::write_text(application + name + "/guard.log", "x");
    p.make_old(application + name, 100);
  }
  p.records.push_back({{"prod", "app", "known"}, std::nullopt});
  CHECK(p.clean({kind::files_without_component}).entries.empty());
  p.records.pop_back();
  const auto reply = p.clean({kind::files_without_component});
  CHECK(planted::paths_of(reply) == std::set<std::string>{application + "known.logs"});
  CHECK_FALSE(test::exists(application + "known.logs"));
}

TEST_CASE("a record whose directory or program file is gone is told") {
  planted p;
  std::filesystem::remove_all(p.d.data.directory);
  const auto reply = p.inspect({kind::record_without_files});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().path == p.d.data.directory);
  CHECK_FALSE(reply.entries.front().cleanable);
}
