// Requests of the savepoint extension as the lifecycle takes them.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/savepoint_requests.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const std::string name = R"("namespace":"ns","application":"app","component":"comp")";
// The original plugin's record: the shortest data there is.
const std::string data =
    R"("data":{"ssh":[],"component_name":"comp","component_job_name":"app-comp-job","application_hdfs_root":"/x/pnda/app"})";

io::json_document request(const std::string& more = "") {
  return test::parsed("{\"schema\":1," + name + "," + data + more + "}");
}

std::vector<std::string> paths(const error& e) {
  std::vector<std::string> found;
  for (const problem& p : e.details) found.push_back(p.path);
  return found;
}

using path_list = std::vector<std::string>;

}  // namespace

TEST_CASE("trigger: defaults, and every member") {
  const auto plain = boundary::read_trigger_request(request());
  REQUIRE(plain);
  CHECK(plain->operation.empty());
  CHECK(plain->format == flink::savepoint_format::canonical);
  CHECK(plain->directory.empty());
  CHECK(plain->wait);
  const auto full = boundary::read_trigger_request(
      request(R"(,"user":"ada","operation":"before_upgrade-1","format":"native",)"
              R"("directory":"hdfs://nn:8020/pnda/flink/backup","wait":false)"));
  REQUIRE(full);
  CHECK(full->data.name.component == "comp");
  CHECK(full->user == "ada");
  CHECK(full->operation == "before_upgrade-1");
  CHECK(full->format == flink::savepoint_format::native);
  CHECK(full->directory == "hdfs://nn:8020/pnda/flink/backup");
  CHECK_FALSE(full->wait);
}

TEST_CASE("trigger: operation ids and directories that are none") {
  for (const char* id : {"-a", "a/b", "a.b", "ä", " ", "a\\u0000"}) {
    INFO(id);
    const auto refused =
        boundary::read_trigger_request(request(fmt::format(R"(,"operation":"{}")", id)));
    REQUIRE_FALSE(refused);
    CHECK(paths(refused.error()) == path_list{"$.operation"});
  }
  CHECK_FALSE(
      boundary::read_trigger_request(request(R"(,"operation":")" + std::string(65, 'a') + "\"")));
  CHECK(boundary::read_trigger_request(request(R"(,"operation":")" + std::string(64, 'a') + "\"")));
  for (const char* directory : {"relative", "/a/../b", "s3://bucket/a", "/a\\nb", "/", "hdfs://"}) {
    INFO(directory);
    const auto refused =
        boundary::read_trigger_request(request(fmt::format(R"(,"directory":"{}")", directory)));
    REQUIRE_FALSE(refused);
    CHECK(paths(refused.error()) == path_list{"$.directory"});
  }
  const auto all = boundary::read_trigger_request(
      test::parsed(R"({"operation":"a b","format":"fast","directory":"x","wait":"yes","user":1})"));
  REQUIRE_FALSE(all);
  CHECK(paths(all.error()) == path_list{"$.schema", "$.operation", "$.format", "$.directory",
                                        "$.wait", "$.user", "$.namespace", "$.application",
                                        "$.component", "$.data"});
}

TEST_CASE("list: filter, page, and entries of which some are wrong") {
  const auto asked = test::parsed(R"({"schema":1,"components":[{)" + name + "," + data +
                                  R"(},{}],"states":["DAMAGED","CLAIMED"],"kind":"checkpoint",)"
                                  R"("limit":1000,"after":"checkpoint-3-7","verify":false})");
  const auto batch = boundary::read_list_request(asked);
  REQUIRE(batch);
  CHECK(batch->request.components.size() == 1);
  REQUIRE(batch->entries.size() == 2);
  CHECK_FALSE(batch->entries[0].failure);
  REQUIRE(batch->entries[1].failure);
  CHECK(batch->entries[1].failure->message.find("Entry 1 of the list request") == 0);
  CHECK(batch->request.states == path_list{"DAMAGED", "CLAIMED"});
  CHECK(batch->request.kind == "checkpoint");
  CHECK(batch->request.limit == 1000);
  CHECK(batch->request.after == "checkpoint-3-7");
  CHECK_FALSE(batch->request.verify);

  const auto plain = boundary::read_list_request(test::parsed(R"({"schema":1,"components":[]})"));
  REQUIRE(plain);
  CHECK(plain->request.states.empty());
  CHECK(plain->request.kind.empty());
  CHECK(plain->request.limit == 50);
  CHECK(plain->request.verify);
}

TEST_CASE("list: what is wrong with the batch itself") {
  for (const char* limit : {"0", "1001", "-1", "1.5", "\"10\""}) {
    INFO(limit);
    const auto refused = boundary::read_list_request(
        test::parsed(fmt::format(R"({{"schema":1,"components":[],"limit":{}}})", limit)));
    REQUIRE_FALSE(refused);
    CHECK(paths(refused.error()) == path_list{"$.limit"});
  }
  const auto refused = boundary::read_list_request(test::parsed(
      R"({"schema":1,"states":["COMPLETED","completed",3],"kind":"backup","after":"../x"})"));
  REQUIRE_FALSE(refused);
  CHECK(paths(refused.error()) ==
        path_list{"$.states[2]", "$.states[1]", "$.kind", "$.after", "$.components"});
}

TEST_CASE("resume: an id, latest or a path; the claim mode is the version's own unless given") {
  for (const auto& [given, read] :
       {std::pair<std::string, std::string>("before-upgrade", "before-upgrade"),
        {"latest", "latest"},
        {"hdfs:///a/savepoint-1", "hdfs:///a/savepoint-1"},
        {"/a/savepoint-1", "/a/savepoint-1"},
        {"HDFS://nn:8020/a/savepoint-1/", "HDFS://nn:8020/a/savepoint-1/"}}) {
    const auto resume = boundary::read_resume_request(request(R"(,"savepoint":")" + given + "\""));
    REQUIRE(resume);
    CHECK(resume->savepoint == read);
    CHECK(resume->claim_mode.empty());
    CHECK_FALSE((resume->allow_non_restored_state || resume->foreign));
    CHECK(resume->wait);
  }
  const auto full = boundary::read_resume_request(
      request(R"(,"savepoint":"a","claim_mode":"claim","allow_non_restored_state":true,)"
              R"("foreign":true,"wait":false,"user":"ada")"));
  REQUIRE(full);
  CHECK(full->claim_mode == "claim");
  CHECK((full->allow_non_restored_state && full->foreign));
  CHECK_FALSE(full->wait);
  CHECK(full->user == "ada");

  CHECK(paths(boundary::read_resume_request(request()).error()) == path_list{"$.savepoint"});
  for (const char* wrong : {R"(,"savepoint":"../../etc")", R"(,"savepoint":"file:///etc")",
                            R"(,"savepoint":"a\nb")", R"(,"savepoint":"..")"}) {
    INFO(wrong);
    CHECK(paths(boundary::read_resume_request(request(wrong)).error()) == path_list{"$.savepoint"});
  }
  CHECK(paths(boundary::read_resume_request(request(R"(,"savepoint":"a","claim_mode":"mine")"))
                  .error()) == path_list{"$.claim_mode"});
}

TEST_CASE("dispose, pin and unpin name one restore point by its id") {
  const auto dispose =
      boundary::read_dispose_request(request(R"(,"savepoint":"checkpoint-2-6","force":true)"));
  REQUIRE(dispose);
  CHECK(dispose->savepoint == "checkpoint-2-6");
  CHECK(dispose->force);
  CHECK_FALSE(boundary::read_dispose_request(request(R"(,"savepoint":"a")"))->force);
  const auto pin = boundary::read_pin_request(
      request(R"(,"savepoint":"a","reason":"end of quarter","user":"ada")"));
  REQUIRE(pin);
  CHECK(pin->savepoint == "a");
  CHECK(pin->reason == "end of quarter");
  CHECK(pin->user == "ada");
  CHECK(boundary::read_unpin_request(request(R"(,"savepoint":"a")"))->reason.empty());

  // A path would be a way around the rules about what belongs to the component (INV-8).
  const auto path = request(R"(,"savepoint":"/pnda/flink/other/_metadata")");
  CHECK(paths(boundary::read_dispose_request(path).error()) == path_list{"$.savepoint"});
  CHECK(paths(boundary::read_pin_request(path).error()) == path_list{"$.savepoint"});
  CHECK(paths(boundary::read_unpin_request(request()).error()) == path_list{"$.savepoint"});
  CHECK(paths(boundary::read_pin_request(request(R"(,"savepoint":"a","reason":"two\nlines")"))
                  .error()) == path_list{"$.reason"});
}

TEST_CASE("plan: of a start, of a resume, and of a new version") {
  const auto start = boundary::read_plan_request(request());
  REQUIRE(start);
  CHECK(start->savepoint.empty());
  CHECK_FALSE(start->accept_state_loss);
  CHECK_FALSE(start->next);
  const auto document = request(
      R"(,"savepoint":"latest","accept_state_loss":true,"next":{"package":"p-2","staged_path":"/s",)"
      R"("properties":{"component_main_jar":"a.jar"}})");
  const auto upgrade = boundary::read_plan_request(document);
  REQUIRE(upgrade);
  CHECK(upgrade->savepoint == "latest");
  CHECK(upgrade->accept_state_loss);
  REQUIRE(upgrade->next);
  CHECK(upgrade->next->name == component::component_name{"ns", "app", "comp"});
  CHECK(upgrade->next->user == "pnda");  // the component's own
  CHECK(upgrade->next->package == "p-2");
  CHECK(upgrade->next->staged_path == "/s");
  REQUIRE(upgrade->next->properties.size() == 1);
  CHECK(upgrade->next->properties[0].name == "component_main_jar");
  CHECK(paths(boundary::read_plan_request(request(R"(,"next":{"properties":[]})")).error()) ==
        path_list{"$.next.package", "$.next.staged_path", "$.next.properties"});
  CHECK(paths(boundary::read_plan_request(request(R"(,"next":"p-2")")).error()) ==
        path_list{"$.next"});
}
