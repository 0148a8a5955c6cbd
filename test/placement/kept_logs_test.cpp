// The logs of a component outlive its files, where its next version is to find them.
// SPDX-License-Identifier: Apache-2.0
#include "placement/kept_logs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "lifecycle/create.h"
#include "support/node.h"

using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::package;
using namespace dm::placement;
using dm::io::operation;
using dm::test::exists;
using dm::test::json;
using dm::test::names_in;
using dm::test::node;
using dm::test::read_text;
using dm::test::write_text;

namespace fs = std::filesystem;

namespace {

struct laid_out : node {
  component_data data = make();

  component_data make(const std::string& properties = "{'component_main_jar':'app.jar'}") {
    const auto document = json(properties);
    create_request request;
    request.name = {"prod", "app", "stream"};
    request.user = user();
    request.staged_path = stage();
    request.properties = read_properties(document);
    const auto reply = create(session(), operation::within(std::chrono::seconds(20)), request);
    if (reply.failure) FAIL(reply.failure->text());
    return *reply.data;
  }
  bool remove(bool keep_logs) {
    const auto done =
        remove_component_files(session().settings(), session().http(),
                               operation::within(std::chrono::seconds(20)), data, keep_logs);
    if (!done) FAIL(done.error().text());
    return *done;
  }
  std::string logs() const { return data.directory + "/logs"; }
  std::string kept() const { return data.directory + ".logs"; }
  void log(const std::string& name, const std::string& text) {
    write_text(logs() + "/" + name, text);
  }
};

}  // namespace

TEST_CASE("logs wait for the next version, which writes on in them") {
  laid_out n;
  n.log("guard.log", "the first version\n");
  n.log("client-12.log", "why it failed\n");
  CHECK(n.remove(true));
  CHECK_FALSE(exists(n.data.directory));
  CHECK(read_text(n.kept() + "/guard.log") == "the first version\n");
  (void)n.make("{'component_main_jar':'app.jar','component_flink_parallelism':3}");
  CHECK(read_text(n.logs() + "/guard.log") == "the first version\n");
  CHECK(read_text(n.logs() + "/client-12.log") == "why it failed\n");
  CHECK_FALSE(exists(n.kept()));
  // The account of the component is their owner still.
  CHECK(fs::status(n.logs()).permissions() == fs::perms(0750));
}

TEST_CASE("a destroy that keeps none removes those that wait, too") {
  laid_out n;
  n.log("guard.log", "x");
  CHECK(n.remove(true));
  CHECK(exists(n.kept()));
  CHECK(n.remove(false));
  CHECK(names_in(n.install_root()).empty());
  CHECK_FALSE(n.remove(false));
  CHECK_FALSE(n.remove(true));
}

TEST_CASE("INV-5: repeated at any point, logs are neither lost nor doubled") {
  laid_out n;
  n.log("guard.log", "old");
  SECTION("killed between setting aside and removing") {
    fs::rename(n.logs(), n.kept());
    CHECK(n.remove(true));
    CHECK(read_text(n.kept() + "/guard.log") == "old");
  }
  SECTION("killed before the logs were taken back: newer ones win, older ones stay") {
    CHECK(n.remove(true));
    (void)n.make();
    struct stat own {};
    REQUIRE(::stat(n.logs().c_str(), &own) == 0);
    fs::create_directory(n.kept());
    REQUIRE(::chown(n.kept().c_str(), own.st_uid, own.st_gid) == 0);
    write_text(n.kept() + "/guard.log", "older");
    write_text(n.kept() + "/client-3.log", "three");
    CHECK(n.remove(true));
    CHECK(read_text(n.kept() + "/guard.log") == "old");
    CHECK(read_text(n.kept() + "/client-3.log") == "three");
  }
  SECTION("killed between the removal of the empty ones and the renaming") {
    CHECK(n.remove(true));
    fs::rename(n.kept(), n.kept() + "-elsewhere");
    (void)n.make();
    fs::remove(n.logs());
    fs::rename(n.kept() + "-elsewhere", n.kept());
  }
  (void)n.make();
  CHECK(read_text(n.logs() + "/guard.log") == "old");
  CHECK_FALSE(exists(n.kept()));
}

TEST_CASE("a create that fails gives the logs back") {
  laid_out n;
  n.log("guard.log", "old");
  CHECK(n.remove(true));
  n.supervisord().server().disturb([](const dm::fake::request& asked) {
    const bool reload = asked.body.find("reloadConfig") != std::string::npos ||
                        asked.body.find("addProcessGroup") != std::string::npos;
    dm::fake::disturbance away;
    away.what = dm::fake::disturbance::kind::close;
    return reload ? std::optional(away) : std::nullopt;
  });
  const auto document = json("{'component_main_jar':'app.jar'}");
  create_request request;
  request.name = {"prod", "app", "stream"};
  request.user = n.user();
  request.staged_path = n.stage();
  request.properties = read_properties(document);
  const auto reply = create(n.session(), operation::within(std::chrono::seconds(20)), request);
  n.supervisord().server().disturb(nullptr);
  REQUIRE(reply.failure);
  const bool aside = exists(n.kept() + "/guard.log");
  const bool in_place = exists(n.logs() + "/guard.log");
  CHECK((aside || in_place));
  (void)n.make();
  CHECK(read_text(n.logs() + "/guard.log") == "old");
}

TEST_CASE("logs are set aside from that moment on, however old they are") {
  laid_out component;
  component.log("guard.log", "one\n");
  const fs::file_time_type long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1000);
  fs::last_write_time(component.logs(), long_ago);
  REQUIRE(component.remove(true));
  CHECK(fs::last_write_time(component.kept()) > long_ago + std::chrono::hours(900));
}
