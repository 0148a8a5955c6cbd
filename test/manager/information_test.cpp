// `information`, as people and callbacks get it: it says what failed, of what, and why.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::answer;
using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

constexpr const char* refusal = R"({"status":9,"reply":{"schema":1,"error":{
    "code":"FAILED_PRECONDITION","message":"it is not to be","details":[]}}})";

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
}

// The operation's end, with the information that its object has, too.
std::string ended(manager_fixture& dm, const std::string& method, const std::string& path,
                  const std::string& body = "") {
  const std::string separator = path.find('?') == std::string::npos ? "?" : "&";
  const answer end = dm.request(method, path + separator + "user.name=daemon&wait=60", body);
  CHECK(end.status == 200);
  CHECK(end.text("status") != "SUCCEEDED");
  return end.text("information");
}

void check_says(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) CHECK_THAT(text, Catch::Matchers::Contains(part));
}

}  // namespace

TEST_CASE("each verb that a plugin refuses is named with its component and its application") {
  const auto [verb, wording, method, path] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"create", "Error creating one FailedCreation", "PUT", "/applications/one"},
          {"validate-staged", "Error creating one FailedCreation", "PUT", "/applications/one"},
          {"start", "Error starting one FailedStart", "POST", "/applications/one/start"},
          {"stop", "Error stopping one FailedStop", "POST", "/applications/one/stop"},
          {"resume", "Error resuming one FailedResume", "POST",
           "/applications/one/savepoints/latest/resume"},
          {"trigger", "Error taking savepoint one/x FailedSavepoint", "POST",
           "/applications/one/savepoints?operation=x"},
          {"destroy", "Error deleting one FailedDestruction", "DELETE", "/applications/one"},
      }));
  INFO(verb);
  manager_fixture dm;
  prepare(dm);
  const bool creates = method == "PUT";
  if (!creates) dm.create("one", "app-1.0.0");
  if (verb == "stop" || verb == "resume" || verb == "trigger") {
    REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon&wait=60").status == 200);
  }
  dm.script(verb, refusal);
  const std::string text = ended(dm, method, path, creates ? R"({"package":"app-1.0.0"})" : "");
  CHECK_THAT(text, Catch::Matchers::StartsWith(wording));
  check_says(text, {verb.substr(0, verb.find('-')) + " component fake/main", "it is not to be"});
  CHECK(dm.get("/applications/one/status?user.name=daemon").text("information") == text);
}

TEST_CASE("a plugin that does not come back is told with what it was asked, of which component") {
  manager_fixture dm;
  dm.configure("plugin_watchdog", R"({"grace_ms":200})");
  dm.configure("timeouts_ms", R"({"start":100,"destroy":100})");
  prepare(dm);
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"deaf_ms":2000})");
  check_says(ended(dm, "POST", "/applications/one/start"),
             {"Error starting one FailedConnection",
              "start component fake/main: the plugin for fake", "has not come back from start"});
  dm.script("destroy", R"({"deaf_ms":2000})");
  check_says(
      ended(dm, "DELETE", "/applications/one"),
      {"Error deleting one FailedConnection", "destroy component fake/main: the plugin for fake"});
  eventually([&] { return dm.get("/plugins").json[0]["stuck"].GetInt() == 0; });
}

TEST_CASE("what was cancelled says what of it was under way") {
  manager_fixture dm;
  prepare(dm);
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  const auto started = dm.request("POST", "/applications/one/start?user.name=daemon&wait=0");
  eventually([&] { return dm.calls("start").size() == 1; });
  const auto cancelled =
      dm.request("DELETE", "/operations/" + started.text("id") + "?user.name=daemon&wait=60");
  CHECK(cancelled.text("status") == "CANCELLED");
  check_says(cancelled.text("information"), {"Error starting one", "start component fake/main"});
}

TEST_CASE("a package that cannot be unpacked is named, and an upgrade to it touches nothing") {
  manager_fixture dm;
  prepare(dm);
  dm.deploy("app-2.0.0");
  dm.create("one", "app-1.0.0");
  dm.stop();
  dm.configure("limits", R"({"unpacked_bytes":5})");
  dm.start();
  check_says(ended(dm, "PUT", "/applications/two", R"({"package":"app-1.0.0"})"),
             {"Error creating two", "unpack package app-1.0.0: ", "limits.unpacked_bytes"});
  check_says(ended(dm, "POST", "/applications/one/upgrade", R"({"package":"app-2.0.0"})"),
             {"Error upgrading one", "unpack package app-2.0.0: "});
  CHECK(dm.get("/applications/one").text("package_name") == "app-1.0.0");
  CHECK(dm.get("/applications/one/status").text("status") == "CREATED");
}
