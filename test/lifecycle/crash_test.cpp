// create and the removal of a component's files, killed before each effect they have on this node
// in turn, and then repeated: both converge, and nothing is left over (INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "lifecycle/create.h"
#include "placement/component_files.h"
#include "support/killed_run.h"
#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::package;
using namespace dm::placement;
using dm::component::component_name;
using dm::io::operation;
using dm::test::json;
using dm::test::killed_run;
using dm::test::names_in;
using dm::test::node;
using dm::test::read_text;
using dm::test::run_and_kill;
using dm::test::tree_of;
using dm::test::write_text;

namespace {

// All files of the node but those that a run may have in flight.
std::map<std::string, std::string> state_of(const node& node) {
  std::map<std::string, std::string> files;
  for (const std::string& directory : {node.install_root(), node.config_dir()}) {
    for (auto& [path, content] : tree_of(directory)) {
      if (!path.starts_with(".tmp-")) files[path] = std::move(content);
    }
  }
  return files;
}

// A killed writer of a program file leaves a temporary file; it is removed once it can be nobody's,
// and supervisord does not read it.
bool only_temporaries(const std::string& directory) {
  const auto names = names_in(directory);
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.starts_with(".tmp-"); });
}

struct scene {
  dm::test::node node;
  std::string environment = node.path() + "/environment.json";
  std::string request = node.path() + "/request.json";
  component_name name{"prod", "app", "stream"};
  create_request create_again;
  dm::io::json_document properties = json("{'component_main_jar':'app.jar','component_x':'y'}");

  scene() {
    node.reopen({}, "'submission_slots':2");
    write_text(environment, node.document({}, "'submission_slots':2"));
    create_again.name = name;
    create_again.user = node.user();
    create_again.staged_path = node.stage();
    create_again.properties = read_properties(properties);
    write_text(
        request,
        "{\"namespace\":\"prod\",\"application\":\"app\",\"component\":\"stream\",\"user\":\"" +
            node.user() + "\",\"staged_path\":\"" + create_again.staged_path +
            "\",\"properties\":{\"component_main_jar\":\"app.jar\",\"component_x\":\"y\"}}");
  }

  component_data created() {
    const auto reply =
        create(node.session(), operation::within(std::chrono::seconds(30)), create_again);
    if (reply.failure) FAIL(reply.failure->text());
    return *reply.data;
  }
  void remove(const component_data& data) {
    const auto removed = remove_component_files(node.session().settings(), node.session().http(),
                                                operation::within(std::chrono::seconds(30)), data);
    if (!removed) FAIL(removed.error().text());
    const auto applied = node.session().supervisor().apply(
        operation::within(std::chrono::seconds(30)), data.program);
    if (!applied) FAIL(applied.error().text());
    CHECK(names_in(node.install_root()).empty());
    CHECK(only_temporaries(node.config_dir()));
    CHECK(node.supervisord().names().empty());
  }
};

constexpr int most_effects = 1'000;

}  // namespace

TEST_CASE("create killed before any of its effects converges when it is repeated (INV-5)") {
  scene scene;
  const component_data undisturbed = scene.created();
  const auto wanted = state_of(scene.node);
  scene.remove(undisturbed);
  int effect = 0;
  for (; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    const killed_run run =
        run_and_kill({DM_RUN_ONCE, "create", scene.environment, scene.request}, effect);
    if (!run.killed) {
      CHECK(run.exit_code == 0);
      break;
    }
    const component_data data = scene.created();
    CHECK(data.digest == undisturbed.digest);
    REQUIRE(state_of(scene.node) == wanted);
    REQUIRE(scene.node.supervisord().process(data.program));
    scene.remove(data);
  }
  CHECK(effect > 40);  // else something counted wrong
  CHECK(effect < most_effects);
}

TEST_CASE(
    "create killed before any of its effects leaves nothing that destroy does not remove (INV-5)") {
  scene scene;
  const component_data undisturbed = scene.created();
  scene.remove(undisturbed);
  for (int effect = 0; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    const killed_run run =
        run_and_kill({DM_RUN_ONCE, "create", scene.environment, scene.request}, effect);
    scene.remove(undisturbed);
    if (!run.killed) break;
  }
}

TEST_CASE("a removal killed before any of its effects is finished when it is repeated (INV-5)") {
  scene scene;
  int effect = 0;
  for (; effect < most_effects; ++effect) {
    INFO("killed before effect " << effect);
    const component_data data = scene.created();
    dm::io::json_buffer buffer;
    dm::io::json_writer writer(buffer);
    write(writer, data);
    write_text(
        scene.request,
        "{\"namespace\":\"prod\",\"application\":\"app\",\"component\":\"stream\",\"data\":" +
            std::string(dm::io::text(buffer)) + "}");
    const killed_run run =
        run_and_kill({DM_RUN_ONCE, "remove", scene.environment, scene.request}, effect);
    scene.remove(data);
    if (!run.killed) {
      CHECK(run.exit_code == 0);
      break;
    }
  }
  CHECK(effect > 5);
  CHECK(effect < most_effects);
}
