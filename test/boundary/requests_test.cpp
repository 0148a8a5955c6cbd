// Requests as the lifecycle takes them.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/requests.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const std::string name = R"("namespace":"ns","application":"app","component":"comp")";
// The original plugin's record: the shortest data there is.
const std::string data =
    R"("data":{"ssh":[],"component_name":"comp","component_job_name":"app-comp-job","application_hdfs_root":"/x/pnda/app"})";

io::json_document request(const std::string& more) {
  return test::parsed("{\"schema\":1," + more + "}");
}

std::vector<std::string> paths(const error& e) {
  std::vector<std::string> found;
  for (const problem& p : e.details) found.push_back(p.path);
  return found;
}

}  // namespace

TEST_CASE("validate: defaults, scopes, order of properties") {
  const auto plain = request(name + R"(,"properties":{"b":1,"a":true,"c":{"x":[1]}})");
  const auto read = boundary::read_validate_request(plain);
  REQUIRE(read);
  CHECK(read->scope == lifecycle::validation_scope::properties);
  CHECK_FALSE(read->online);
  REQUIRE(read->properties.size() == 3);
  CHECK(read->properties[0].name == "b");
  CHECK(read->properties[1].text == "True");
  CHECK(read->properties[2].text == R"({"x":[1]})");

  const auto package = request(
      R"("scope":"package","namespace":"ns","component":"comp","files":["a","b/c"],"properties":{})");
  const auto of_package = boundary::read_validate_request(package);
  REQUIRE(of_package);
  CHECK(of_package->scope == lifecycle::validation_scope::package);
  CHECK(of_package->name.application.empty());
  CHECK(of_package->files == std::vector<std::string>{"a", "b/c"});
}

TEST_CASE("validate: what is wrong") {
  const auto unknown = request(name + R"(,"scope":"everything","properties":[])");
  const auto refused = boundary::read_validate_request(unknown);
  REQUIRE_FALSE(refused);
  CHECK(paths(refused.error()) == std::vector<std::string>{"$.scope", "$.properties"});
  const auto staged = request(name + R"(,"scope":"staged","properties":{})");
  const auto without_path = boundary::read_validate_request(staged);
  REQUIRE_FALSE(without_path);
  CHECK(paths(without_path.error()) == std::vector<std::string>{"$.staged_path"});
}

TEST_CASE("create: every member is needed") {
  const auto good =
      request(name + R"(,"user":"pnda","package":"p-1","staged_path":"/s","properties":{"a":"b"})");
  const auto read = boundary::read_create_request(good);
  REQUIRE(read);
  CHECK(read->name == component::component_name{"ns", "app", "comp"});
  CHECK(read->user == "pnda");
  CHECK(read->package == "p-1");
  CHECK(read->staged_path == "/s");
  CHECK(read->properties.size() == 1);
  const auto empty = request(R"("user":"")");
  const auto refused = boundary::read_create_request(empty);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().details.size() == 7);
}

TEST_CASE("start, stop, destroy: defaults and flags") {
  const auto plain = request(name + "," + data);
  const auto start = boundary::read_start_request(plain);
  REQUIRE(start);
  CHECK(start->wait);
  CHECK_FALSE(start->accept_state_loss);
  CHECK(start->data.user == "pnda");
  const auto stop = boundary::read_stop_request(plain);
  REQUIRE(stop);
  CHECK(stop->wait);
  CHECK_FALSE(stop->savepoint);  // the component's policy decides
  CHECK_FALSE((stop->drain || stop->kill));
  CHECK(stop->operation.empty());
  CHECK(stop->format == flink::savepoint_format::canonical);
  const auto destroy = boundary::read_destroy_request(plain);
  REQUIRE(destroy);
  CHECK_FALSE(destroy->dispose_savepoints);

  const auto flags = request(
      name + "," + data +
      R"(,"user":"ada","wait":false,"accept_state_loss":true,"savepoint":true,"drain":true,"operation":"a","format":"native","savepoints":"dispose")");
  CHECK_FALSE(boundary::read_start_request(flags)->wait);
  CHECK(boundary::read_start_request(flags)->accept_state_loss);
  CHECK(boundary::read_start_request(flags)->user == "ada");
  CHECK(boundary::read_stop_request(flags)->savepoint == true);
  CHECK(boundary::read_stop_request(flags)->drain);
  CHECK(boundary::read_stop_request(flags)->operation == "a");
  CHECK(boundary::read_stop_request(flags)->format == flink::savepoint_format::native);
  CHECK(boundary::read_destroy_request(flags)->dispose_savepoints);
}

TEST_CASE("stop: what is asked for makes sense together, or is refused with its path") {
  const auto stop = [](const std::string& more) {
    return boundary::read_stop_request(request(name + "," + data + more));
  };
  CHECK(stop(R"(,"savepoint":false)")->savepoint == false);
  CHECK(stop(R"(,"kill":true)")->kill);
  CHECK_FALSE(stop(R"(,"kill":true)")->savepoint);
  CHECK(stop(R"(,"kill":true,"savepoint":false)"));
  // Either asks for a savepoint by itself, whatever the component's default is.
  CHECK(stop(R"(,"drain":true)")->savepoint == true);
  CHECK(stop(R"(,"operation":"a")")->savepoint == true);

  using list = std::vector<std::string>;
  CHECK(paths(stop(R"(,"drain":true,"savepoint":false)").error()) == list{"$.drain"});
  CHECK(paths(stop(R"(,"operation":"a","savepoint":false)").error()) == list{"$.operation"});
  CHECK(paths(stop(R"(,"kill":true,"savepoint":true)").error()) == list{"$.kill"});
  CHECK(paths(stop(R"(,"kill":true,"drain":true,"operation":"a")").error()) ==
        list{"$.drain", "$.operation"});
  CHECK(paths(stop(R"(,"operation":"a b","format":"fast","savepoint":"yes")").error()) ==
        list{"$.savepoint", "$.operation", "$.format"});
}

TEST_CASE("Names and data are checked before the lifecycle sees them") {
  const auto no_data = request(name + R"(,"wait":1)");
  CHECK(paths(boundary::read_start_request(no_data).error()) ==
        std::vector<std::string>{"$.wait", "$.data"});
  const auto odd_name =
      request(R"("namespace":"../..","application":"a/b","component":"c",)" + data);
  CHECK(paths(boundary::read_stop_request(odd_name).error()) ==
        std::vector<std::string>{"$.namespace", "$.application"});
  const auto odd_data = request(name + R"(,"data":{"schema":1})");
  const auto refused = boundary::read_destroy_request(odd_data);
  REQUIRE_FALSE(refused);
  for (const std::string& path : paths(refused.error())) CHECK(path.starts_with("$.data"));
  const auto of_another =
      request(R"("namespace":"ns","application":"other","component":"comp",)" + data);
  CHECK_FALSE(boundary::read_start_request(of_another));
}

TEST_CASE("status: good and bad entries in the order of the request") {
  const auto batch_request = request(R"("detail":true,"components":[{)" + name + "," + data +
                                     R"(},null,{},{)" + name + "," + data + "}]");
  const auto batch = boundary::read_status_request(batch_request);
  REQUIRE(batch);
  CHECK(batch->request.detail);
  CHECK(batch->request.components.size() == 2);
  REQUIRE(batch->entries.size() == 4);
  CHECK_FALSE(batch->entries[0].failure);
  REQUIRE(batch->entries[1].failure);
  CHECK(paths(*batch->entries[1].failure) == std::vector<std::string>{"$.components[1]"});
  REQUIRE(batch->entries[2].failure);
  CHECK(paths(*batch->entries[2].failure).front() == "$.components[2].namespace");
  CHECK_FALSE(batch->entries[3].failure);
  CHECK(boundary::read_status_request(request(R"("components":[])"))->entries.empty());
  CHECK_FALSE(boundary::read_status_request(request(R"("components":{})")));
}
