// Telling others (E44).
// SPDX-License-Identifier: Apache-2.0
#include "operation/callbacks.h"

#include "fake/http_server.h"
#include "operation/callback_signature.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("the payload is the original's") {
  CHECK(manager::callback_body("app", "CREATED", "", 5) ==
        R"({"data":[{"id":"app","state":"CREATED","timestamp":5}],"timestamp":5})");
  CHECK(
      manager::callback_body("app", "CREATED", "x", 5) ==
      R"({"data":[{"id":"app","state":"CREATED","timestamp":5,"information":"x"}],"timestamp":5})");
}

TEST_CASE("two posts an operation, in order, for packages and applications") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("package_callback", manager::json::quote(receiver.address() + "/packages"));
  dm.configure("application_callback", manager::json::quote(receiver.address() + "/applications"));
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  eventually([&] { return receiver.request_count() == 4; });
  std::map<std::string, std::vector<std::string>> states;
  for (const auto& request : receiver.requests()) {
    const auto body = manager::json::parse_or_throw(request.body, "a callback");
    CHECK(body["timestamp"].IsInt64());
    states[request.path].emplace_back(manager::json::text_of(body["data"][0], "state"));
  }
  CHECK(states["/packages"] == std::vector<std::string>{"DEPLOYING", "DEPLOYED"});
  CHECK(states["/applications"] == std::vector<std::string>{"CREATING", "CREATED"});
}

TEST_CASE("a dead receiver delays nothing, and gets everything later, over a restart") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  receiver.stop();
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("application_callback", manager::json::quote(receiver.address()));
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.stop();
  receiver.start();
  dm.start();
  eventually([&] { return receiver.request_count() == 2; });
  CHECK(receiver.requests()[0].body.find("CREATING") != std::string::npos);
  CHECK(receiver.requests()[1].body.find("\"CREATED\"") != std::string::npos);
}

TEST_CASE("a receiver that refuses is asked again") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  dm::fake::disturbance refusal;
  refusal.what = dm::fake::disturbance::kind::replace;
  refusal.instead = dm::fake::json(503, "{}");
  receiver.disturb_next(refusal);
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("package_callback", manager::json::quote(receiver.address()));
  dm.start();
  dm.deploy("app-1.0.0");
  eventually([&] { return receiver.request_count() == 3; });
  CHECK(receiver.requests()[0].body == receiver.requests()[1].body);
}

TEST_CASE("what a receiver refuses of one object holds back nothing else, and is given up") {
  dm::fake::http_server receiver([](const dm::fake::request& asked) {
    const bool bad = asked.body.find("bad-1.0.0") != std::string::npos &&
                     asked.body.find("\"DEPLOYING\"") != std::string::npos;
    return dm::fake::json(bad ? 400 : 200, "{}");
  });
  manager_fixture dm;
  write_simple_package(dm.repository(), "bad-1.0.0");
  write_simple_package(dm.repository(), "good-1.0.0");
  dm.configure("package_callback", manager::json::quote(receiver.address()));
  dm.start();
  dm.deploy("bad-1.0.0");
  dm.deploy("good-1.0.0");
  const auto about = [&](const std::string& package) {
    std::vector<std::string> states;
    for (const auto& request : receiver.requests()) {
      const auto body = manager::json::parse_or_throw(request.body, "a callback");
      const auto& entry = body["data"][0];
      if (manager::json::text_of(entry, "id") == package) {
        states.emplace_back(manager::json::text_of(entry, "state"));
      }
    }
    return states;
  };
  eventually([&] { return about("good-1.0.0").size() == 2; });
  // By now it may have been tried again, but nothing behind it.
  const auto refused = about("bad-1.0.0");
  CHECK(std::count(refused.begin(), refused.end(), "DEPLOYING") ==
        static_cast<std::ptrdiff_t>(refused.size()));
  // Then the object's later message is delivered all the same.
  eventually([&] { return about("bad-1.0.0").size() == 4; });
  CHECK(about("bad-1.0.0") ==
        std::vector<std::string>{"DEPLOYING", "DEPLOYING", "DEPLOYING", "DEPLOYED"});
}

TEST_CASE("messages are signed with the secret in the file, as it is at the moment") {
  dm::fake::http_server receiver(
      [](const dm::fake::request&) { return dm::fake::json(200, "{}"); });
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  const auto secret = dm.directory() / "secret";
  manager_test::write_file(secret, "0123456789abcdef\n");
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  dm.configure("package_callback", manager::json::quote(receiver.address()));
  dm.configure("callback_secret_file", R"("secret")");
  dm.start();
  dm.deploy("app-1.0.0");
  eventually([&] { return receiver.request_count() == 2; });
  for (const auto& request : receiver.requests()) {
    CHECK("X-Signature-256: " + request.header("x-signature-256") ==
          manager::signature_header("0123456789abcdef", request.body));
  }
}
