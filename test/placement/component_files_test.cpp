// The component's files on this node: removed whole, from whatever state, and nothing else with
// them.
#include "placement/component_files.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "lifecycle/create.h"
#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::package;
using namespace dm::placement;
using dm::component::component_name;
using dm::io::operation;
using dm::test::exists;
using dm::test::json;
using dm::test::names_in;
using dm::test::node;
using dm::test::write_text;

namespace fs = std::filesystem;

namespace {

component_data made(node& node, const component_name& name = {"prod", "app", "stream"}) {
  const auto document = json("{'component_main_jar':'app.jar'}");
  create_request request;
  request.name = name;
  request.user = node.user();
  request.staged_path = node.stage();
  request.properties = read_properties(document);
  const auto reply = create(node.session(), operation::within(std::chrono::seconds(20)), request);
  if (reply.failure) FAIL(reply.failure->text());
  return *reply.data;
}

bool removed(node& node, const component_data& data) {
  const auto done = remove_component_files(node.session().settings(), node.session().http(),
                                           operation::within(std::chrono::seconds(20)), data);
  if (!done) FAIL(done.error().text());
  return *done;
}

}  // namespace

TEST_CASE(
    "all of a component is removed, with its empty parents, and once more there is nothing to do") {
  node node;
  const auto data = made(node);
  write_text(data.directory + "/logs/guard.log", "x");
  write_text(data.directory + "/work/deep/er/file", "x");
  CHECK(removed(node, data));
  CHECK(names_in(node.install_root()).empty());
  CHECK(names_in(node.config_dir()).empty());
  CHECK_FALSE(removed(node, data));
}

TEST_CASE("what others have stays: components, applications, slots, program files") {
  node node;
  const auto data = made(node);
  const auto sibling = made(node, {"prod", "app", "batch"});
  const auto other = made(node, {"prod", "app2", "stream"});
  write_text(node.config_dir() + "/other.conf", "x");
  CHECK(removed(node, data));
  CHECK(exists(sibling.directory + "/guard.json"));
  CHECK(removed(node, sibling));
  CHECK_FALSE(exists(node.install_root() + "/prod/app"));
  CHECK(exists(node.install_root() + "/prod/.slots/submission-0"));
  CHECK(exists(other.directory + "/guard.json"));
  CHECK(removed(node, other));
  CHECK(names_in(node.install_root()).empty());
  CHECK(names_in(node.config_dir()) == std::vector<std::string>{"other.conf"});
}

TEST_CASE("a removal that was killed anywhere is finished by the next (INV-5)") {
  node node;
  const auto data = made(node);
  SECTION("after the program file") { fs::remove(data.program_file); }
  SECTION("after the directory was moved aside") {
    fs::remove(data.program_file);
    fs::rename(data.directory, data.directory + ".old-0123456789abcdef");
    fs::remove(data.directory + ".old-0123456789abcdef/guard.json");
  }
  SECTION("with the application's directory gone") {
    fs::remove(data.program_file);
    fs::remove_all(node.install_root() + "/prod/app");
  }
  SECTION("with the slots half removed") {
    fs::remove(data.program_file);
    fs::remove_all(node.install_root() + "/prod/app");
    fs::remove(node.install_root() + "/prod/.slots/submission-1");
  }
  removed(node, data);
  CHECK(names_in(node.install_root()).empty());
  CHECK(names_in(node.config_dir()).empty());
}

TEST_CASE("links that a user put into his directories are removed, not followed") {
  node node;
  const auto data = made(node);
  write_text(node.path() + "/precious/file", "x");
  fs::create_directory_symlink(node.path() + "/precious", data.directory + "/work/link");
  fs::remove_all(data.directory + "/logs");
  fs::create_directory_symlink(node.path() + "/precious", data.directory + "/logs");
  CHECK(removed(node, data));
  CHECK(exists(node.path() + "/precious/file"));
}

TEST_CASE("data that names another place is refused, and nothing is removed (INV-8)") {
  node node;
  const auto data = made(node);
  component_data elsewhere = data;
  elsewhere.directory = "/etc";
  const auto refused = remove_component_files(node.session().settings(), node.session().http(),
                                              operation(), elsewhere);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == dm::status_code::failed_precondition);
  CHECK(refused.error().message.find("install_root") != std::string::npos);
  elsewhere = data;
  elsewhere.program_file = "/etc/passwd";
  CHECK_FALSE(remove_component_files(node.session().settings(), node.session().http(), operation(),
                                     elsewhere));
  CHECK(exists(data.directory + "/guard.json"));
  CHECK(exists(data.program_file));
}

TEST_CASE("a record of the original plugin names no place: the component's own is removed") {
  node node;
  auto data = made(node);
  data.directory.clear();
  data.program_file.clear();
  CHECK(removed(node, data));
  CHECK(names_in(node.install_root()).empty());
}

TEST_CASE("temporary files of a killed writer go once they are old; new ones may be somebody's") {
  node node;
  write_text(node.config_dir() + "/.tmp-0123456789abcdef", "old");
  fs::last_write_time(node.config_dir() + "/.tmp-0123456789abcdef",
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  write_text(node.config_dir() + "/.tmp-fedcba9876543210", "new");
  write_text(node.config_dir() + "/.tmp-mine", "not ours");
  made(node);
  CHECK(names_in(node.config_dir()) == std::vector<std::string>{".tmp-fedcba9876543210",
                                                                ".tmp-mine",
                                                                "flink.prod.app.stream.conf"});
}

TEST_CASE(
    "the lock keeps others out until it is given back, and survives the directory's removal") {
  node node;
  const component_name name{"prod", "app", "stream"};
  auto lock =
      application_lock::take(node.session().settings(), node.session().http(), operation(), name);
  REQUIRE(lock);
  const auto late = application_lock::take(node.session().settings(), node.session().http(),
                                           operation::within(std::chrono::milliseconds(200)), name);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == dm::status_code::deadline_exceeded);
  // Other applications of the namespace are nobody's concern.
  CHECK(application_lock::take(node.session().settings(), node.session().http(),
                               operation::within(std::chrono::seconds(5)), {"prod", "other", "x"}));

  bool taken = false;
  bool in_place = false;
  std::thread waiting([&] {
    const auto other = application_lock::take(node.session().settings(), node.session().http(),
                                              operation::within(std::chrono::seconds(30)), name);
    taken = other.has_value();
    in_place = exists(node.install_root() + "/prod/app");
  });
  const auto given_back =
      remove_empty_parents(node.session().settings(), operation(), std::move(*lock), name);
  waiting.join();
  CHECK(given_back);
  CHECK(taken);
  CHECK(in_place);  // the directory it waited for is gone; the one it has is the one under the name
  CHECK(*application_lock::take_existing(node.session().settings(), node.session().http(),
                                         operation(), {"prod", "absent", "x"}) == std::nullopt);
}
