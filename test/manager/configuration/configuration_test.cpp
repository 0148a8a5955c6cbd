// The configuration file.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/configuration.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

constexpr const char* smallest =
    R"({"environment":{"namespace":"pnda"},"plugins_path":"lib","data_root":"/var/lib/dm"})";

}  // namespace

TEST_CASE("the smallest configuration has the documented defaults") {
  std::vector<problem> problems;
  const auto read = parse_configuration(smallest, "/etc/dm", problems);
  INFO(to_text(problems));
  REQUIRE(read);
  REQUIRE(read->listeners.size() == 1);
  CHECK(read->listeners[0].path == "/run/deployment-manager/api.sock");
  CHECK(read->listeners[0].mode == 0660);
  CHECK(read->identity.listeners[0].peer_credentials);
  CHECK_FALSE(read->identity.listeners[0].trust_user_name);
  CHECK(read->http.upload_bytes == read->limits.package_bytes);
  CHECK(read->plugins_path == "/etc/dm/lib");
  CHECK(read->stage_root == "/var/lib/dm/stage");
  CHECK(read->package_repository == "/var/lib/dm/repository");
  CHECK_FALSE(read->repository_is_service());
  CHECK(read->access.minimum_uid == 1000);
  CHECK(read->access.admin_group == "admin");
  CHECK(read->deployer_thread_limit == 10);
}

TEST_CASE("all problems are reported at once, with their paths") {
  std::vector<problem> problems;
  CHECK_FALSE(parse_configuration(
      R"({"listen":{"tcp":[{"port":70000,"authentication":["token"]}],"prot":1},
          "access":{"token_file":"tokens"},"environment":{"namespace":"Bad Name","x":[1]},
          "plugins_path":7,"log_level":"LOUD","refused_users":["a b"],"package_callback":"ftp://x",
          "limits":{"entries":0},"timeouts_ms":{"start":-1},"plugin_settings":{"flink":3},"typo":1})",
      "/", problems));
  std::vector<std::string> paths;
  for (const auto& one : problems) paths.push_back(one.path);
  for (const char* path :
       {"$.listen.tcp[0].port", "$.listen.prot", "$.environment.namespace", "$.environment.x",
        "$.plugins_path", "$.data_root", "$.log_level", "$.refused_users[0]", "$.package_callback",
        "$.limits.entries", "$.timeouts_ms.start", "$.plugin_settings.flink", "$.typo"}) {
    INFO(path);
    CHECK(std::count(paths.begin(), paths.end(), path) == 1);
  }
  CHECK(paths.size() == 13);
}

TEST_CASE("what is no JSON object is one problem") {
  for (const char* text : {"", "{", "[]", "7"}) {
    std::vector<problem> problems;
    CHECK_FALSE(parse_configuration(text, "/", problems));
    CHECK_FALSE(problems.empty());
  }
}

TEST_CASE("problems show nothing that is secret") {
  std::vector<problem> problems;
  CHECK_FALSE(parse_configuration(
      R"({"environment":{"namespace":"http://u:V1@h","db_password":{"a":"V2"},
                         "x":{"credentials":{"login":"V3"}},"y":["--token=V4"]},
          "plugins_path":{"secret":"V5"},"data_root":"/d","plugin_settings":{"flink":"pwd=V6"},
          "package_repository":"ftp://repo:V7@h","package_callback":"ftp://u:V8@h/?sig=V9",
          "application_callback":"http://u:W1/x@h","log_level":{"api_key":"W2"},
          "access":{"certificate_users":{"x":{"password":"W3"}},"allowed_origins":["http://u:W4@h/x"]}})",
      "/", problems));
  const std::string text = to_text(problems);
  INFO(text);
  CHECK(problems.size() == 12);
  for (const char* secret :
       {"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "W1", "W2", "W3", "W4"}) {
    INFO(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
  CHECK(text.find("ftp://***@h") != std::string::npos);
}

TEST_CASE("an address must be one that can be asked") {
  for (const char* address : {"http://", "http://h:port", "http://u:a/b@h", "http://h:99999",
                              "http://h x", "ftp://h", "h:80", "http://h/\\u0001"}) {
    INFO(address);
    std::vector<problem> problems;
    CHECK_FALSE(parse_configuration(
        R"({"environment":{"namespace":"n"},"plugins_path":"/l","data_root":"/d","package_callback":")" +
            std::string(address) + "\"}",
        "/", problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].path == "$.package_callback");
  }
  std::vector<problem> none;
  CHECK(parse_configuration(
      R"({"environment":{"namespace":"n"},"plugins_path":"/l","data_root":"/d",
          "package_callback":"https://u:a%2Fb@[::1]:8443/x?y=z","package_repository":"http://h"})",
      "/", none));
}

TEST_CASE("a repository by address") {
  std::vector<problem> problems;
  const auto read = parse_configuration(
      R"({"environment":{"namespace":"pnda"},"plugins_path":"/l","data_root":"/d",
          "package_repository":"http://repository:8888"})",
      "/", problems);
  REQUIRE(read);
  CHECK(read->repository_is_service());
}

TEST_CASE("checking paths makes nothing") {
  const manager_test::temporary_directory directory;
  std::vector<problem> problems;
  auto read = parse_configuration(smallest, "/etc/dm", problems);
  REQUIRE(read);
  read->plugins_path = directory / "absent";
  read->data_root = directory / "new/data";
  read->stage_root = directory / "new/stage";
  read->package_repository = "/dev/null/repository";
  check_paths(*read, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "$.plugins_path");
  CHECK(problems[1].path == "$.package_repository");
  CHECK_FALSE(std::filesystem::exists(directory / "new"));
}
