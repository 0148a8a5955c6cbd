// Where the REST API is reached, and what is refused there.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/listen_configuration.h"

#include "http/http_listener.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace manager;

namespace {

std::vector<std::string> problems_of(const std::string& listen, const std::string& access = "{}") {
  std::vector<problem> problems;
  parse_configuration(
      fmt::format(R"({{"environment":{{"namespace":"n"}},"plugins_path":"/l","data_root":"/d",
                      "listen":{},"access":{}}})",
                  listen, access),
      "/etc/dm", problems);
  std::vector<std::string> paths;
  for (const auto& one : problems) paths.push_back(one.path);
  return paths;
}

using paths = std::vector<std::string>;

}  // namespace

TEST_CASE("TCP is opened with a proof only") {
  CHECK(problems_of(R"({"tcp":[{"port":1}]})") == paths{"$.listen.tcp[0].authentication"});
  CHECK(problems_of(R"({"tcp":[{"authentication":["peer_credentials"]}]})") ==
        paths{"$.listen.tcp[0].authentication"});
  CHECK(problems_of(R"({"tcp":[{"authentication":["token"]}]})") == paths{"$.access.token_file"});
  CHECK(problems_of(R"({"tcp":[{"authentication":["token"]}]})", R"({"token_file":"t"})").empty());
  CHECK(problems_of(R"({"tcp":[{"authentication":["proxy"]}]})") == paths{"$.access.proxy.header"});
  CHECK(problems_of(R"({"tcp":[{"authentication":["proxy"]}]})",
                    R"({"proxy":{"header":"X-Remote-User","from":["somewhere"]}})") ==
        paths{"$.access.proxy.from[0]"});
  CHECK(problems_of(R"({"tcp":[{"authentication":["certificate"]}]})") ==
        paths{"$.listen.tcp[0].client_ca"});
}

TEST_CASE("names are believed on loopback only, and alone") {
  CHECK(problems_of(R"({"tcp":[{"authentication":["trust_user_name"]}]})").empty());
  CHECK(problems_of(R"({"tcp":[{"authentication":["trust_user_name"],"address":"::1"}]})").empty());
  CHECK(problems_of(R"({"tcp":[{"authentication":["trust_user_name","token"]}]})",
                    R"({"token_file":"t"})") == paths{"$.listen.tcp[0].authentication"});
  const auto open = problems_of(
      R"({"tcp":[{"authentication":["trust_user_name"],"address":"0.0.0.0","plain_text":true}]})");
  CHECK(open == paths{"$.listen.tcp[0].authentication"});
}

TEST_CASE("beyond loopback there is TLS, or it is said that there is none") {
  const std::string access = R"({"token_file":"t"})";
  const std::string way = R"("authentication":["token"],"address":"10.0.0.1")";
  CHECK(problems_of("{\"tcp\":[{" + way + "}]}", access) == paths{"$.listen.tcp[0].address"});
  CHECK(problems_of("{\"tcp\":[{" + way + R"(,"plain_text":true}]})", access).empty());
  CHECK(problems_of("{\"tcp\":[{" + way + R"(,"certificate":"c","key":"k"}]})", access).empty());
  CHECK(problems_of("{\"tcp\":[{" + way + R"(,"certificate":"c"}]})", access) ==
        paths{"$.listen.tcp[0].key"});
}

TEST_CASE("a Deployment Manager that nobody can reach is a mistake") {
  CHECK(problems_of(R"({"socket":{"path":""}})") == paths{"$.listen.socket.path"});
  CHECK(problems_of(R"({"socket":{"mode":"rw"}})") == paths{"$.listen.socket.mode"});
}

TEST_CASE("two listeners on one address are a mistake") {
  const std::string one = R"({"authentication":["trust_user_name"],"port":5000})";
  CHECK(problems_of("{\"tcp\":[" + one + "," + one + "]}") == paths{"$.listen.tcp[1].port"});
  const std::string any = R"({"authentication":["trust_user_name"],"port":0})";
  CHECK(problems_of("{\"tcp\":[" + any + "," + any + "]}").empty());
  const std::string other = R"({"authentication":["trust_user_name"],"port":5000,"address":"::1"})";
  CHECK(problems_of("{\"tcp\":[" + one + "," + other + "]}").empty());
}

TEST_CASE("a check opens each listener as a start would, unless it is in use by whoever serves") {
  const http_listener taken(http_listener_options{});
  configuration settings;
  settings.listeners.resize(3);
  settings.listeners[0].port = taken.port();
  settings.listeners[1].address = "192.0.2.1";  // RFC 5737: nobody's
  settings.listeners[2].path = "/no/such/directory/api.sock";
  std::vector<problem> problems;
  check_listeners(settings, false, problems);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].path == "$.listen.tcp");
  CHECK(problems[0].message.find(std::to_string(taken.port())) != std::string::npos);
  CHECK(problems[1].message.find("192.0.2.1") != std::string::npos);
  CHECK(problems[2].path == "$.listen.socket.path");
  problems.clear();
  check_listeners(settings, true, problems);
  CHECK(problems.size() == 2);
}

TEST_CASE("who can be reached by everybody, or read on the way, is warned") {
  const auto warnings_of = [](const std::string& address, bool tls) {
    configuration settings;
    settings.listeners.resize(2);
    settings.identity.listeners.resize(2);
    settings.listeners[0].path = "/run/api.sock";
    settings.listeners[1].address = address;
    if (tls) settings.listeners[1].tls = tls_files{};
    std::vector<problem> warnings;
    warn_of_listeners(settings, warnings);
    return to_text(warnings);
  };
  CHECK(warnings_of("127.0.0.1", false).empty());
  CHECK(warnings_of("10.0.0.1", true).empty());
  CHECK(warnings_of("10.0.0.1", false).find("plain text") != std::string::npos);
  CHECK(warnings_of("0.0.0.0", true).find("every network") != std::string::npos);
  CHECK(warnings_of("::", true).find("every network") != std::string::npos);
}

TEST_CASE("certificates are tried by a check") {
  std::vector<problem> problems;
  auto read = parse_configuration(
      R"({"environment":{"namespace":"n"},"plugins_path":"/l","data_root":"/d","access":{"token_file":"t"},
          "listen":{"tcp":[{"authentication":["token"],"certificate":"absent","key":"absent"}]}})",
      "/etc/dm", problems);
  REQUIRE(read);
  read->listeners.erase(read->listeners.begin());  // the socket, whose directory is anybody's guess
  check_listeners(*read, false, problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message.find("/etc/dm/absent") != std::string::npos);
}
