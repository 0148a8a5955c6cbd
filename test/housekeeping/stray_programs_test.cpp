// Programs without a component.
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

TEST_CASE("program files of other namespaces, of other programs, links and longer names are left") {
  planted p;
  const std::string directory = p.d.edge.config_dir() + "/";
  test::write_text(directory + "flink.test.old.a.conf", "[program:flink.test.old.a]\n");
  test::write_text(directory + "nginx.conf", "[program:flink.prod.old.b]\n");
  test::write_text(directory + "flink.conf", "; nothing\n");
  test::write_text(p.d.edge.path() + "/elsewhere", "[program:flink.prod.old.c]\n");
  std::filesystem::create_symlink(p.d.edge.path() + "/elsewhere",
                                  directory + "flink.prod.old.c.conf");
  CHECK(p.inspect({kind::program_without_component}).entries.empty());
  // A file under a name that create does not give is for a person to delete.
  test::write_text(directory + "flink.renamed.conf", "[program:flink.prod.old.d]\n");
  const auto reply = p.clean({kind::program_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(test::exists(directory + "flink.renamed.conf"));
}

TEST_CASE("a program of a component that the host has a record of, or that runs, stays") {
  planted p;
  const auto other = p.add_component("other");
  std::filesystem::remove_all(other.directory);
  auto reply = p.clean({kind::program_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  p.records.pop_back();
  p.d.edge.supervisord().change(other.program, [](auto& one) { one.state = "RUNNING"; });
  reply = p.clean({kind::program_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(test::exists(other.program_file));
  p.d.edge.supervisord().change(other.program, [](auto& one) { one.state = "FATAL"; });
  reply = p.clean({kind::program_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().removed == true);
  CHECK_FALSE(test::exists(other.program_file));
  CHECK_FALSE(p.d.edge.supervisord().process(other.program));
}

TEST_CASE("a program of a component that lies under another install_root is told and stays") {
  planted p;
  const std::string spec = p.d.edge.path() + "/before/prod/old/e/guard.json";
  const std::string file = p.d.edge.config_dir() + "/flink.prod.old.e.conf";
  test::write_text(spec, "{}");
  test::write_text(
      file, "[program:flink.prod.old.e]\ncommand=/opt/flink-guard --user flink --spec " + spec +
                " -- /opt/flink/bin/flink run\n");
  auto reply = p.clean({kind::program_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  CHECK(test::exists(file));
  std::filesystem::remove(spec);
  reply = p.clean({kind::program_without_component});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().removed == true);
  CHECK_FALSE(test::exists(file));
}
