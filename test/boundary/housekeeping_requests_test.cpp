// Requests of the housekeeping extension as housekeeping takes them.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/housekeeping_requests.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;
using housekeeping::kind;

namespace {

const std::string record =
    R"({"application":"app","component":"comp","data":{"ssh":[],"component_name":"comp",)"
    R"("component_job_name":"app-comp-job","application_hdfs_root":"/x/pnda/app"}})";

io::json_document request(const std::string& more = "", const std::string& records = record) {
  return test::parsed(R"({"schema":1,"namespace":"ns","records":[)" + records + "]" + more + "}");
}

std::vector<std::string> paths(const error& e) {
  std::vector<std::string> found;
  for (const problem& p : e.details) found.push_back(p.path);
  return found;
}

}  // namespace

TEST_CASE("inspect: defaults, and every member") {
  const auto plain = boundary::read_inspect_request(request());
  REQUIRE(plain);
  CHECK(plain->kinds.empty());
  CHECK_FALSE(plain->older_than_ms);
  CHECK(plain->archives_kept == 1000);
  REQUIRE(plain->records.size() == 1);
  CHECK(plain->records.front().name.text() == "ns/app/comp");
  CHECK(plain->records.front().data);
  const auto full = boundary::read_inspect_request(
      request(R"(,"kinds":["staging","incident"],"older_than_ms":0,"ages_ms":{"staging":5},)"
              R"("archives_kept":0)"));
  REQUIRE(full);
  CHECK(full->kinds == std::vector{kind::staging, kind::incident});
  CHECK(full->older_than_ms == 0);
  CHECK(full->ages_ms.at(kind::staging) == 5);
  CHECK(full->archives_kept == 0);
}

TEST_CASE("a record without data, or with data that cannot be read, is a record all the same") {
  const auto read = boundary::read_inspect_request(
      request("", R"({"application":"a","component":"c"},)"
                  R"({"application":"a","component":"d","data":{"schema":99}})"));
  REQUIRE(read);
  REQUIRE(read->records.size() == 2);
  CHECK_FALSE(read->records[0].data);
  CHECK_FALSE(read->records[1].data);
}

TEST_CASE(
    "what is wrong is told all at once, names of records too, since what they protect matters") {
  const auto read = boundary::read_clean_request(
      request(R"(,"kinds":["all"],"older_than_ms":-1,"ages_ms":{"x":1,"second-application":1},)"
              R"("archives_kept":-1,"entries":["a/b"],"all":true,"dry_run":"no")",
              R"(5,{"application":"../a","component":"c"},{"application":"a"})"));
  REQUIRE_FALSE(read);
  const auto found = paths(read.error());
  for (const char* path :
       {"$.kinds[0]", "$.older_than_ms", "$.ages_ms.x", "$.ages_ms.second-application",
        "$.archives_kept", "$.entries[0]", "$.all", "$.dry_run", "$.records[0]",
        "$.records[1].application", "$.records[2].component"}) {
    INFO(path);
    CHECK(std::find(found.begin(), found.end(), path) != found.end());
  }
  CHECK(found.size() == 11);
}

TEST_CASE("clean is a dry run of named entries unless told otherwise; of one or the other") {
  const auto named = boundary::read_clean_request(request(R"(,"entries":["staging-0a","x"])"));
  REQUIRE(named);
  CHECK(named->dry_run);
  CHECK_FALSE(named->all);
  CHECK(named->ids == std::set<std::string>{"staging-0a", "x"});
  CHECK_FALSE(boundary::read_clean_request(request()));
  const auto all = boundary::read_clean_request(request(R"(,"all":true,"dry_run":false)"));
  REQUIRE(all);
  CHECK_FALSE(all->dry_run);
}
