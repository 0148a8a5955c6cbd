// Events and waits over a connection, as a client meets them.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"

#include <catch2/catch.hpp>

#include <string>

using namespace manager_test;

namespace {

// Reads on until `part` has come.
std::string read_until(raw_client& client, const std::string& part) {
  std::string seen;
  while (seen.find(part) == std::string::npos) {
    const std::string more = client.receive(1);
    if (more.empty()) break;  // closed, or nothing within the client's patience
    seen += more;
  }
  return seen;
}

}  // namespace

TEST_CASE(
    "who follows the events sees a state change, its operation's end, and only the types asked "
    "for") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  raw_client all(dm.port());
  raw_client packages(dm.port());
  all.send(request("GET /events"));
  packages.send(request("GET /events?types=package"));
  CHECK(read_until(all, "retry: 2000").find("text/event-stream") != std::string::npos);
  read_until(packages, "retry: 2000");
  dm.deploy("app-1.0.0");
  const std::string seen = read_until(all, "SUCCEEDED");
  CHECK(seen.find("event: package") != std::string::npos);
  CHECK(seen.find("event: operation") != std::string::npos);
  CHECK(seen.find("app-1.0.0") != std::string::npos);
  const std::string few = read_until(packages, "DEPLOYED");
  CHECK(few.find("event: package") != std::string::npos);
  CHECK(few.find("event: operation") == std::string::npos);
}

TEST_CASE("a follower that comes back gets what it has missed") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  std::string id;
  {
    raw_client first(dm.port());
    first.send(request("GET /events?types=package"));
    read_until(first, "retry: 2000");
    dm.deploy("app-1.0.0");
    const std::string seen = read_until(first, "DEPLOYED");
    const std::size_t begin = seen.find("id: ");
    REQUIRE(begin != std::string::npos);
    id = seen.substr(begin + 4, seen.find('\n', begin) - begin - 4);
  }
  REQUIRE(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon&wait=60").status == 200);
  raw_client again(dm.port());
  again.send(request("GET /events?types=package", "Last-Event-ID: " + id + "\r\n"));
  CHECK(read_until(again, "NOTDEPLOYED").find("NOTDEPLOYED") != std::string::npos);
}

TEST_CASE("a wait takes no thread, and holds nobody's place when its client leaves") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.script("start", R"({"delay_ms":2000})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  // More than the lanes have threads.
  for (int i = 0; i < 40; ++i) {
    raw_client leaves(dm.port());
    leaves.send(request("GET /applications/one/status?wait=60"));
  }
  raw_client stays(dm.port());
  stays.send(request("GET /applications/one/status?wait=60"));
  CHECK(dm.get("/applications/one/status").text("status") == "STARTING");
  CHECK(read_until(stays, "STARTED").find("200 OK") != std::string::npos);
}
