// Whose the component's place on HDFS is, where its own user is kept out of it.
// SPDX-License-Identifier: Apache-2.0
#include "context/other_owner.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"

using namespace dm::context;
namespace io = dm::io;

namespace {

struct seen_world {
  dm::fake::name_node node;
  dm::input::settings settings;
  std::unique_ptr<session> opened;
  dm::input::component_data data;

  seen_world() {
    settings.node = "edge1";
    settings.name_nodes = settings.resource_managers = {node.address()};
    opened = std::make_unique<session>(settings);
    data.name = {"prod", "app", "job"};
    data.user = "pnda";
    data.node = "edge1";
    data.state_root = "/state";
  }
  dm::result<std::optional<std::string>> ask() {
    component_view view(*opened, data);
    return other_owner(view, io::operation::within(std::chrono::seconds(5)));
  }
};

}  // namespace

TEST_CASE("the directory's owner, if it is another account than the component's") {
  seen_world world;
  CHECK(world.ask() == std::nullopt);  // there is none
  world.node.files().make_directories("/state/prod/app/job", "pnda", "750");
  CHECK(world.ask() == std::nullopt);
  world.node.files().set_owner("/state/prod/app/job", "alice");
  CHECK(world.ask() == "alice");
}

TEST_CASE("where it may not be looked at, the application's directory tells") {
  seen_world world;
  world.node.files().make_directories("/state/prod/app/job", "pnda", "750");
  world.node.files().set_owner("/state/prod/app", "bob");
  world.node.keep_others_out_of("/state/prod/app");
  CHECK(world.ask() == "bob");
}

TEST_CASE("what could not be told is an error") {
  seen_world world;
  world.node.files().make_directories("/state/prod/app/job", "alice", "750");
  SECTION("HDFS is away") { world.node.server().stop(); }
  SECTION("the namespace is closed as well") {
    world.node.files().set_owner("/state/prod", "hdfs");
    world.node.keep_others_out_of("/state/prod");
  }
  CHECK_FALSE(world.ask());
}
