// What create has returned, found again on the node (DM-24: a host that has lost its own records).
#include "placement/placed_data.h"

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm;
using dm::component::component_name;
using dm::placement::find_placed;
using dm::placement::placed_component;
using dm::test::node;
using dm::test::write_text;

namespace {

const io::operation op = io::operation::within(std::chrono::seconds(20));

// As create writes it.
std::string data_of(const node& node, const component_name& name) {
  input::component_data data;
  data.name = name;
  data.id = component::component_id(name);
  data.node = "edge1";
  data.user = "pnda";
  data.directory = node.install_root() + "/" + name.text();
  data.program = component::program_name(name);
  data.program_file = node.config_dir() + "/" + data.program + ".conf";
  data.job_name = name.application + "-" + name.component;
  data.digest = std::string(64, 'a');
  data.state_root = "/pnda/flink";
  data.flink_version = "1.20.5";
  data.retention.count = 3;
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  input::write(writer, data);
  return std::string(io::text(buffer));
}

void place(const node& node, const component_name& name) {
  write_text(node.install_root() + "/" + name.text() + "/data.json", data_of(node, name));
}

std::vector<std::string> names(const std::vector<placed_component>& found) {
  std::vector<std::string> texts;
  for (const placed_component& placed : found) texts.push_back(placed.name.text());
  return texts;
}

}  // namespace

TEST_CASE("a namespace, an application, a component: each finds its own, in order") {
  node node;
  place(node, {"prod", "b", "stream"});
  place(node, {"prod", "a", "stream"});
  place(node, {"prod", "a", "batch"});
  place(node, {"test", "a", "stream"});
  const auto& settings = node.session().settings();
  CHECK(names(find_placed(settings, op, {"prod", "", ""}).value()) ==
        std::vector<std::string>{"prod/a/batch", "prod/a/stream", "prod/b/stream"});
  CHECK(names(find_placed(settings, op, {"prod", "a", ""}).value()) ==
        std::vector<std::string>{"prod/a/batch", "prod/a/stream"});
  const auto one = find_placed(settings, op, {"prod", "b", "stream"}).value();
  REQUIRE(one.size() == 1);
  REQUIRE(one[0].data);
  CHECK(one[0].data->user == "pnda");
  CHECK(one[0].data->retention.count == 3);
  CHECK(find_placed(settings, op, {"prod", "b", "other"}).value().empty());
  CHECK(find_placed(settings, op, {"prod", "none", ""}).value().empty());
  CHECK(find_placed(settings, op, {"absent", "", ""}).value().empty());
}

TEST_CASE("slots, and what is being built or removed, are no components") {
  node node;
  place(node, {"prod", "a", "stream"});
  write_text(node.install_root() + "/prod/.slots/slot-0", "");
  write_text(node.install_root() + "/prod/a/stream.new-0123/data.json", "{}");
  write_text(node.install_root() + "/prod/a/notes.txt", "");
  write_text(node.install_root() + "/prod/file", "");
  CHECK(names(find_placed(node.session().settings(), op, {"prod", "", ""}).value()) ==
        std::vector<std::string>{"prod/a/stream"});
}

TEST_CASE("a directory without data, or with another's, says so beside the others") {
  node node;
  place(node, {"prod", "a", "good"});
  write_text(node.install_root() + "/prod/a/old/guard.json", "{}");
  write_text(node.install_root() + "/prod/a/odd/data.json", "no JSON");
  write_text(node.install_root() + "/prod/a/moved/data.json", data_of(node, {"prod", "a", "good"}));
  const auto found = find_placed(node.session().settings(), op, {"prod", "a", ""}).value();
  REQUIRE(found.size() == 4);
  for (const placed_component& placed : found) {
    INFO(placed.name.text());
    CHECK(placed.data.has_value() == (placed.name.component == "good"));
    if (placed.data) continue;
    REQUIRE(placed.failure);
    CHECK(placed.failure->message.find(placed.name.text()) != std::string::npos);
    CHECK(placed.failure->hint.find("create it again") != std::string::npos);
    CHECK(placed.failure->code == (placed.name.component == "old" ? status_code::not_found
                                   : placed.name.component == "odd"
                                       ? placed.failure->code
                                       : status_code::failed_precondition));
  }
}
