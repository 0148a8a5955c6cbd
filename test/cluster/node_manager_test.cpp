// The log files of a container, as a NodeManager tells them.
#include "cluster/node_manager.h"

#include <catch2/catch.hpp>

#include "cluster/resource_manager.h"
#include "fake/node_manager.h"
#include "fake/resource_manager.h"

using namespace dm::cluster;
using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string id = "container_1795438290778_0007_01_000002";

io::http_response json_answer(std::string body) {
  io::http_response response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

struct node {
  fake::node_manager manager;
  io::http_client http;
  container_place place{id, manager.address(), true};

  dm::result<container_piece> piece(const std::string& file, std::int64_t bytes,
                                    std::size_t limit) {
    const auto response =
        http.perform(io::operation(), container_piece_request(place, file, "pnda", bytes, limit));
    REQUIRE(response);
    return read_container_piece(*response, file, bytes, limit);
  }
};

}  // namespace

TEST_CASE("a container is known by the address of its page") {
  const auto place = container_in_url("http://node1:8042/node/containerlogs/" + id + "/pnda");
  REQUIRE(place);
  CHECK(place->node == "http://node1:8042");
  CHECK(place->id == id);
  CHECK_FALSE(container_in_url("http://node1:8042/node/containerlogs/../pnda"));
  CHECK_FALSE(container_in_url("http://node1:8042/jobhistory/logs"));
  CHECK_FALSE(container_in_url(""));
  CHECK(node_manager_of("node1:8042") == "http://node1:8042");
  CHECK(node_manager_of("https://node1:8044") == "https://node1:8044");
  CHECK(node_manager_of("ftp://node1").empty());
  CHECK(node_manager_of("").empty());
}

TEST_CASE("files are listed with sizes and times, one of them or several") {
  node n;
  n.manager.write(id, "taskmanager.log", "twelve bytes");
  const auto listed = [&] {
    const auto response = n.http.perform(io::operation(), container_files_request(n.place, "pnda"));
    REQUIRE(response);
    return read_container_files(*response);
  };
  auto files = listed();
  REQUIRE(files);
  REQUIRE(files->size() == 1);
  CHECK(files->front().name == "taskmanager.log");
  CHECK(files->front().size_bytes == 12);
  CHECK(io::to_rfc3339(files->front().modified_at) == "2026-11-27T01:00:00.000Z");
  n.manager.write(id, "taskmanager.out", "");
  files = listed();
  REQUIRE(files);
  CHECK(files->size() == 2);
  n.manager.remove(id);
  CHECK(listed().error().code == status_code::unavailable);
}

TEST_CASE("lists of other Hadoops are read, and what is none tells nothing") {
  const auto several = read_container_files(json_answer(
      R"({"containerLogsInfo":[{"containerLogInfo":[{"fileName":"a.log","fileSize":"1"}],"logAggregationType":"LOCAL"},)"
      R"({"containerLogInfo":{"fileName":"b.log","fileSize":"2"},"logAggregationType":"AGGREGATED"}]})"));
  REQUIRE(several);
  CHECK(several->size() == 1);
  CHECK(
      read_container_files(
          json_answer(
              R"({"containerLogsInfoes":{"containerLogsInfo":{"containerLogInfo":{"fileName":"a","fileSize":7}}}})"))
          ->front()
          .size_bytes == 7);
  for (const char* body :
       {"", "[]", "{}", R"({"containerLogsInfo":null})", R"({"RemoteException":{}})", "{"}) {
    INFO(body);
    CHECK(read_container_files(json_answer(body)).error().code == status_code::unavailable);
  }
  const auto odd = read_container_files(json_answer(
      R"({"containerLogsInfo":{"containerLogInfo":[{"fileName":"a","fileSize":"-1"},{"fileSize":"1"},{"fileName":"b","fileSize":"x"},3]}})"));
  REQUIRE(odd);
  CHECK(odd->empty());
}

TEST_CASE("a piece says where it stands, however much the file has grown") {
  node n;
  n.manager.write(id, "taskmanager.log", "0123456789");
  auto piece = n.piece("taskmanager.log", 4, 100);
  REQUIRE(piece);
  CHECK(piece->bytes == "6789");
  CHECK(piece->offset == 6);
  CHECK(piece->size_bytes == 10);
  CHECK(piece->whole);
  piece = n.piece("taskmanager.log", 100, 3);
  REQUIRE(piece);
  CHECK(piece->bytes == "012");
  CHECK(piece->offset == 0);
  CHECK_FALSE(piece->whole);
}

TEST_CASE("of a large file no more is taken than is wanted") {
  node n;
  n.manager.write(id, "taskmanager.log", std::string(4 << 20, 'x') + "end");
  const auto piece = n.piece("taskmanager.log", 4 << 20, 1000);
  REQUIRE(piece);
  CHECK(piece->bytes == std::string(1000, 'x'));
  CHECK(piece->offset == 3);
}

TEST_CASE("an empty file is one, and an absent one is none") {
  node n;
  n.manager.write(id, "taskmanager.out", "");
  const auto piece = n.piece("taskmanager.out", 100, 100);
  REQUIRE(piece);
  CHECK(piece->size_bytes == 0);
  CHECK(n.piece("other.log", 100, 100).error().code == status_code::not_found);
  io::http_response strange;
  strange.status = 200;
  strange.body = "<html>some proxy</html>";
  CHECK(read_container_piece(strange, "a", 1, 1).error().code == status_code::unavailable);
  strange.body = "LogLength:x\nLogContents:\nabc";
  CHECK(read_container_piece(strange, "a", 1, 1).error().code == status_code::unavailable);
  strange.status = 500;
  CHECK(read_container_piece(strange, "a", 1, 1).error().code == status_code::unavailable);
}

TEST_CASE("the ResourceManager tells the containers that run, and Hadoop's configuration") {
  fake::resource_manager server;
  io::http_client http;
  resource_manager yarn(http, {server.address()}, "pnda");
  fake::yarn_application application;
  application.containers = {{id, "http://node1:8042"}};
  const std::string application_id = server.cluster().submit(application);
  auto found =
      yarn.containers(io::operation(), application_id, "appattempt_1795438290778_0007_000001");
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().id == id);
  CHECK(found->front().node == "http://node1:8042");
  CHECK(found->front().living);
  CHECK(found->front().node_id == "node1:8042");
  server.cluster().change(application_id, [](fake::yarn_application& a) { a.containers.clear(); });
  found = yarn.containers(io::operation(), application_id, "appattempt_1795438290778_0007_000001");
  REQUIRE(found);
  CHECK(found->empty());
  server.cluster().configure("yarn.nodemanager.remote-app-log-dir", "/app-logs");
  CHECK(yarn.configured(io::operation(), "yarn.nodemanager.remote-app-log-dir") == "/app-logs");
  CHECK_FALSE(yarn.configured(io::operation(), "other"));
}

TEST_CASE("a list of containers in another form is no empty list (INV-4)") {
  fake::resource_manager server;
  io::http_client http;
  resource_manager yarn(http, {server.address()}, "pnda");
  const std::string application_id = server.cluster().submit({});
  const auto told = [&](const std::string& body) {
    fake::disturbance other;
    other.what = fake::disturbance::kind::replace;
    other.instead = fake::json(200, body);
    server.server().disturb_next(other);
    return yarn.containers({}, application_id, "appattempt_1795438290778_0001_000001");
  };
  const std::string one = R"({"containerId":")" + id + R"(","nodeId":"n:1"})";
  CHECK(told("{}").value().empty());
  CHECK(told(R"({"containers":null})").value().empty());
  CHECK(told(R"({"container":[)" + one + "]}").value().size() == 1);
  CHECK(told(R"({"containers":{"container":)" + one + "}}").value().size() == 1);
  for (const std::string strange : {"[]", "null", R"({"apps":null})"})
    CHECK(told(strange).error().code == status_code::unavailable);
}

TEST_CASE("where a node is the ResourceManager tells, of its own nodes alone") {
  fake::resource_manager server;
  io::http_client http;
  resource_manager yarn(http, {server.address()}, "pnda");
  fake::yarn_application application;
  application.containers = {{id, "http://node1:8042"}};
  server.cluster().submit(application);
  CHECK(yarn.node_address({}, "node1:8042").value() == "http://node1:8042");
  CHECK(yarn.node_address({}, "node2:8042").error().code == status_code::not_found);
  CHECK(yarn.node_address({}, "").error().code == status_code::unavailable);
  for (const std::string strange : {"../apps", "node1:8042/x", "a\nb"})
    CHECK_FALSE(yarn.node_address({}, strange));
  CHECK(yarn.node_address({}, std::string(10'000, 'n')).error().message.size() < 1000);
  server.server().stop();
  CHECK(yarn.node_address({}, "node1:8042").error().code == status_code::unavailable);
}
