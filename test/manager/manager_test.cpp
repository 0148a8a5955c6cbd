// The Deployment Manager as a whole: survival of its death and of orderly ends, and second starts.
// SPDX-License-Identifier: Apache-2.0
#include "manager.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <set>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

/// So that nothing is private by the umask's doing.
struct open_umask {
  open_umask() : before(::umask(0)) {}
  ~open_umask() { ::umask(before); }
  open_umask(const open_umask&) = delete;
  open_umask& operator=(const open_umask&) = delete;
  mode_t before;
};

std::filesystem::perms mode_of(const std::filesystem::path& path) {
  return std::filesystem::symlink_status(path).permissions();
}

// What is there, each with the mode that it must have.
std::set<std::string> check_private(const std::filesystem::path& root) {
  using std::filesystem::perms;
  std::set<std::string> seen;
  CHECK(mode_of(root) == perms(0700));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string name = entry.path().lexically_relative(root).string();
    INFO(name);
    // What is unpacked has a private directory around it.
    if (name.starts_with("stage/staging-") && name.find('/', 6) != std::string::npos) continue;
    CHECK(mode_of(entry.path()) == perms(entry.is_directory() ? 0700 : 0600));
    seen.insert(name);
  }
  return seen;
}

}  // namespace

TEST_CASE("a start that a killed Deployment Manager left is taken up again") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] { return dm.calls("start").size() == 1; });
  CHECK(dm.get("/applications/one/status").text("status") == "STARTING");

  dm.kill_program();
  dm.unscript("start");
  dm.start_program();

  dm.wait_for_state("one", "STARTED");
  const auto starts = dm.calls("start");
  REQUIRE(starts.size() == 2);
  CHECK(manager::json::text_of(starts[0], "correlation_id") ==
        manager::json::text_of(starts[1], "correlation_id"));
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a creation during which the host is killed leaves one application, made once more") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.script("create", R"({"kill_host":true,"once":true})");
  dm.request_that_kills("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})");
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();

  dm.start_program();
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.made("one", "main"));
  CHECK(dm.calls("create").size() == 2);
  eventually([&] { return std::filesystem::is_empty(dm.directory() / "data/operations"); });
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("an operation that kills every process is given up in the end") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"kill_host":true})");
  dm.request_that_kills("POST", "/applications/one/start?user.name=daemon");
  dm.outlive(5);
  const auto status = dm.wait_for_state("one", "CREATED");
  CHECK(status.text("information").find("given up") != std::string::npos);
}

TEST_CASE("SIGTERM cancels what is under way, which the next process takes up") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":60000,"event":{"phase":"waiting","message":"for YARN"}})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] {
    return dm.get("/applications/one/status").body.find("for YARN") != std::string::npos;
  });
  CHECK(dm.terminate_program() == 0);
  dm.unscript("start");
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
}

TEST_CASE("a second Deployment Manager on the same data is refused") {
  manager_fixture dm;
  dm.start();
  std::vector<manager::problem> problems;
  auto settings = manager::parse_configuration(manager::json::to_text(dm.configuration()),
                                               dm.directory().path(), problems);
  REQUIRE(settings);
  CHECK_THROWS_WITH(manager::deployment_manager(std::move(*settings)),
                    Catch::Matchers::Contains("in use by another Deployment Manager"));
}

TEST_CASE("a taken port is named") {
  manager_fixture first;
  first.start();
  manager_fixture second;
  second.configure("listen",
                   R"({"socket":{"path":""},"tcp":[{"authentication":["trust_user_name"],"port":)" +
                       std::to_string(first.port()) + "}]}");
  CHECK_THROWS_WITH(second.start(), Catch::Matchers::Contains(std::to_string(first.port())));
}

TEST_CASE("a plugin whose open and close hang holds up neither the start nor the end") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("plugin_watchdog", R"({"open_ms":300,"grace_ms":300})");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  CHECK(dm.get("/readyz").status == 200);
  dm.script("start", R"({"delay_ms":60000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  eventually([&] { return dm.calls("start").size() == 1; });
  dm.script("close", R"({"deaf_ms":600000})");
  CHECK(dm.terminate_program() == 0);
  dm.unscript("close");
  dm.script("open", R"({"deaf_ms":600000})");
  dm.start_program();
  const auto ready = dm.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(std::string(manager::json::text_of(ready.json["checks"], "plugins"))
            .find("has not come back from open within 300 ms") != std::string::npos);
  const auto plugins = dm.get("/plugins");
  CHECK_FALSE(plugins.json[0]["open"].GetBool());
  CHECK(plugins.json[0]["stuck"].GetInt() == 1);
  CHECK(plugins.json[0]["circuit"] == "open");
  CHECK(dm.get("/applications/one/status?user.name=daemon")
            .text("information")
            .find("has not come back from open") != std::string::npos);
  CHECK(dm.request("PUT", "/packages/app-1.0.0?user.name=daemon").status == 409);
  CHECK(manager_test::read_file(dm.directory() / "log")
            .find("event=plugin_stuck plugin=fake "
                  "verb=open") != std::string::npos);
  CHECK(dm.terminate_program() == 0);
  dm.unscript("open");
  dm.unscript("start");
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.get("/readyz").status == 200);
}

TEST_CASE("what is secret in the configuration is in no answer and in no line of the log") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.configure("package_callback", R"("http://svc:V1@127.0.0.1:1/package?sig=V2")");
  dm.configure("application_callback", R"("http://svc:V3@127.0.0.1:1/application?sig=V4")");
  dm.configure("environment",
               R"({"namespace":"test","hadoop_manager_password":"V5","db_pass":"V6",)"
               R"("brokers":"sasl://u:V7@h1,sasl://u:V7@h2","db":"jdbc:x://u:V8@h"})");
  dm.configure("log_level", R"("TRACE")");
  std::string repository = "a directory";
  SECTION("with a directory of packages") {}
  SECTION("with a service of packages") {
    repository = "a service";
    dm.configure("package_repository", R"("http://repo:V9@127.0.0.1:1/?token=W1")");
  }
  INFO(repository);
  dm.start_program();
  std::string answers;
  const auto ask = [&](const std::string& method, const std::string& path,
                       const std::string& body) {
    answers += dm.request(method, path, body).body + "\n";
  };
  ask("PUT", "/repository/packages/app-2.0.0.tar.gz?user.name=daemon", "x");
  ask("PUT", "/packages/app-1.0.0?user.name=daemon&wait=60", "");
  ask("PUT", "/applications/one?user.name=daemon&wait=60", R"({"package":"app-1.0.0"})");
  ask("POST", "/applications/one/start?user.name=daemon&wait=60", "");
  // Every route that only reads; of the path parts that are names, those that are there.
  const auto routes = dm.get("/");
  for (const auto& route : routes.json["routes"].GetArray()) {
    std::string path(manager::json::text_of(route, "path"));
    if (manager::json::text_of(route, "method") != "GET" || path == "/events") continue;
    for (const auto& [part, value] :
         {std::pair("{application}", "one"), std::pair("{package}", "app-1.0.0"),
          std::pair("{component}", "main")}) {
      const auto at = path.find(part);
      if (at != std::string::npos) path.replace(at, std::string(part).size(), value);
    }
    ask("GET", path, "");
  }
  const auto log = [&] { return manager_test::read_file(dm.directory() / "log"); };
  eventually([&] { return log().find("event=callback_failed") != std::string::npos; });
  CHECK(dm.terminate_program() == 0);
  const std::string logged = log();
  CHECK(logged.find("http://***@127.0.0.1:1/package") != std::string::npos);
  CHECK(answers.find("jdbc:x://***@h") != std::string::npos);
  for (const char* secret : {"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "W1", "hush"}) {
    INFO(secret);
    CHECK(logged.find(secret) == std::string::npos);
    CHECK(answers.find(secret) == std::string::npos);
  }
}

TEST_CASE("all that is kept is for this account alone; where it listens everybody may know") {
  using std::filesystem::perms;
  const open_umask nothing_masked;
  manager_fixture dm;
  manager_test::temporary_directory elsewhere;
  write_simple_package(elsewhere.path(), "app-1.0.0");
  const auto data = dm.directory() / "data";
  std::filesystem::remove_all(data);
  dm.configure("package_repository", manager::json::quote((data / "repository").string()));
  dm.start();
  REQUIRE(dm.request("PUT", "/repository/packages/app-1.0.0.tar.gz?user.name=daemon",
                     manager_test::read_file(elsewhere / "app-1.0.0.tar.gz"))
              .status == 201);
  dm.deploy("app-1.0.0");
  dm.script("create", R"({"delay_ms":60000})");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 202);
  eventually([&] { return dm.calls("create").size() == 1; });
  const auto seen = check_private(data);
  for (const char* name : {"registry.sqlite", "registry.sqlite-wal", "packages/app-1.0.0.tar.gz",
                           "repository/app-1.0.0.tar.gz"}) {
    INFO(name);
    CHECK(seen.contains(name));
  }
  for (const char* folder : {"operations/", "stage/staging-"}) {
    INFO(folder);
    const auto first = seen.lower_bound(folder);
    CHECK((first != seen.end() && first->starts_with(folder)));
  }
  CHECK(mode_of(dm.directory() / "port") == perms(0644));
  dm.stop();
  check_private(data);

  // As earlier versions have left it.
  std::filesystem::permissions(data / "repository", perms(0755));
  std::filesystem::permissions(data / "repository/app-1.0.0.tar.gz", perms(0644));
  std::filesystem::permissions(data / "registry.sqlite", perms(0644));
  dm.unscript("create");
  dm.start();
  dm.wait_for_state("one", "CREATED");
  eventually([&] { return std::filesystem::is_empty(data / "operations"); });
  check_private(data);
}

TEST_CASE("without a TCP listener there is no port to tell") {
  manager_test::manager_fixture dm;
  dm.configure("listen", R"({"socket":{"path":"api.sock"}})");
  dm.start();
  CHECK(std::filesystem::is_socket(dm.directory() / "api.sock"));
  CHECK_FALSE(std::filesystem::exists(dm.directory() / "port"));
}
