// Whose word is taken for who asks, as the configuration says it.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/access_configuration.h"

#include "configuration/configuration.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <ifaddrs.h>
#include <netdb.h>
#include <array>

using namespace manager;

namespace {

std::optional<configuration> with_proxy_from(const std::string& addresses,
                                             std::vector<problem>& problems) {
  return parse_configuration(
      fmt::format(R"({{"environment":{{"namespace":"n"}},"plugins_path":"/l","data_root":"/d",
                      "listen":{{"tcp":[{{"authentication":["proxy"]}}]}},
                      "access":{{"proxy":{{"header":"X-Remote-User","from":[{}]}}}}}})",
                  addresses),
      "/etc/dm", problems);
}

// Of an interface that is up; empty where there is only the loopback one.
std::string an_own_address() {
  ifaddrs* first = nullptr;
  REQUIRE(::getifaddrs(&first) == 0);
  std::string found;
  for (const ifaddrs* one = first; one != nullptr && found.empty(); one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    std::array<char, NI_MAXHOST> name{};
    ::getnameinfo(one->ifa_addr, sizeof(sockaddr_in), name.data(), name.size(), nullptr, 0,
                  NI_NUMERICHOST);
    if (!std::string(name.data()).starts_with("127.")) found = name.data();
  }
  ::freeifaddrs(first);
  return found;
}

}  // namespace

TEST_CASE("a proxy is another machine, or an account on the socket") {
  std::vector<problem> none;
  CHECK(with_proxy_from(R"("192.0.2.1","2001:db8::1","uid:33")", none));
  CHECK(none.empty());
  for (const char* address : {"127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"}) {
    INFO(address);
    std::vector<problem> problems;
    CHECK_FALSE(with_proxy_from(fmt::format(R"("192.0.2.1","{}")", address), problems));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].path == "$.access.proxy.from[1]");
    CHECK(problems[0].message.find("every account of this machine") != std::string::npos);
  }
}

TEST_CASE("a check finds a proxy's address that is this machine's own") {
  const std::string own = an_own_address();
  std::vector<problem> problems;
  const auto read =
      with_proxy_from(fmt::format(R"("{}")", own.empty() ? "192.0.2.1" : own), problems);
  REQUIRE(read);
  check_access(*read, problems);
  REQUIRE(problems.size() == (own.empty() ? 0 : 1));
  if (!own.empty()) CHECK(problems[0].found == own);
}
