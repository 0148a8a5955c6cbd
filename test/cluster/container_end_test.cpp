// How a container ended, as its NodeManager tells it.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/container_end.h"

#include <catch2/catch.hpp>

#include "fake/node_manager.h"

using namespace dm::cluster;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string id = "container_1795811394356_0001_01_000002";
const std::string words =
    "[2026-11-27 20:33:14.583]Container [pid=1054,containerID=" + id +
    "] is running 941809664B beyond the 'PHYSICAL' memory limit. Current usage: 1.2 GB of 320 MB "
    "physical memory used; 2.5 GB of 672 MB virtual memory used. Killing container.\nDump";

io::http_response answer(const std::string& body, long status = 200,
                         const std::string& type = "application/json") {
  io::http_response response;
  response.status = status;
  response.content_type = type;
  response.body = body;
  return response;
}

struct asking {
  fake::node_manager node;
  io::http_client http;
  container_place place{id, node.address()};

  io::http_response ask(const io::http_request& request) {
    auto response = http.perform(io::operation::within(std::chrono::seconds(20)), request);
    REQUIRE(response);
    return *response;
  }
};

}  // namespace

TEST_CASE("a container's end: its code and YARN's words while they are known, then its metrics") {
  asking a;
  a.node.ended(id, -104, words);
  const auto state = read_container_state(a.ask(container_state_request(a.place, "pnda")));
  REQUIRE(state);
  CHECK(state->exit_code == -104);
  CHECK(state->diagnostics == words);
  CHECK_FALSE(state->ending);
  const auto metrics = read_container_metrics(a.ask(container_metrics_request(a.place, "pnda")));
  REQUIRE(metrics);
  CHECK(metrics->exit_code == -104);
  CHECK(metrics->used_mb == 1219);
  CHECK(metrics->limit_mb == 320);
  CHECK_FALSE(metrics->ending);

  a.node.forget_state(id, 1);
  CHECK_FALSE(read_container_state(a.ask(container_state_request(a.place, ""))));
  const auto early = read_container_metrics(a.ask(container_metrics_request(a.place, "")));
  REQUIRE(early);
  CHECK_FALSE(early->exit_code);
  CHECK(early->ending);
  CHECK(early->used_mb == -1);
  CHECK(read_container_metrics(a.ask(container_metrics_request(a.place, "")))->exit_code == -104);

  a.node.forget_metrics(id);
  const auto forgotten = read_container_metrics(a.ask(container_metrics_request(a.place, "")));
  REQUIRE_FALSE(forgotten);
  CHECK(forgotten.error().code == dm::status_code::unavailable);
}

TEST_CASE("the end of a container is no user's word in an address") {
  const auto request = container_metrics_request({id, "http://n:8042"}, "a&b=c");
  CHECK(request.url == "http://n:8042/jmx?qry=Hadoop:service=NodeManager,name=ContainerResource_" +
                           id + "&user.name=a%26b%3Dc");
  CHECK(container_state_request({id, "http://n:8042"}, "").url ==
        "http://n:8042/ws/v1/node/containers/" + id);
}

TEST_CASE("a container that runs or is being ended has no code") {
  for (const auto& [state, ending] : {std::pair{"RUNNING", false},
                                      {"LOCALIZING", false},
                                      {"KILLING", true},
                                      {"EXITED_WITH_FAILURE", true}}) {
    CAPTURE(state);
    const auto read = read_container_state(answer(
        R"({"container":{"id":"x","exitCode":-1000,"state":")" + std::string(state) + "\"}}"));
    REQUIRE(read);
    CHECK_FALSE(read->exit_code);
    CHECK(read->ending == ending);
  }
}

TEST_CASE("what is no NodeManager's answer tells nothing of a container") {
  for (const auto& one :
       {answer("{}"), answer("[]"), answer("{"), answer(R"({"container":7})"),
        answer(R"({"container":{}})"), answer(R"({"container":{"state":"DONE"}})", 404),
        answer(R"({"container":{"state":"DONE","exitCode":0}})", 200, "text/html")}) {
    CAPTURE(one.body);
    CHECK_FALSE(read_container_state(one));
  }
  for (const auto& one : {answer("{}"), answer(R"({"beans":7})"), answer(R"({"beans":[7]})"),
                          answer(R"({"beans":[{"ExitCode":1}]})", 500)}) {
    CAPTURE(one.body);
    CHECK_FALSE(read_container_metrics(one));
  }
  const auto odd = read_container_metrics(
      answer(R"({"beans":[{"ExitCode":"7","PMemUsageMBsMaxMBs":-3,"pMemLimitMBs":1e300}]})"));
  REQUIRE(odd);
  CHECK_FALSE(odd->exit_code);
  CHECK(odd->used_mb == -1);
  CHECK(odd->limit_mb == -1);
}
