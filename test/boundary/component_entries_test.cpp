// Which components a request is about.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/component_entries.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const std::string good =
    R"({"namespace":"ns","application":"app","component":"comp","data":{"ssh":[],"component_name":"comp",)"
    R"("component_job_name":"app-comp-job","application_hdfs_root":"/x/pnda/app"}})";

}  // namespace

TEST_CASE("One component: the names come first, then the data is checked against them") {
  const auto document = test::parsed(good);
  boundary::request_reader reader(document, "$");
  const auto data = boundary::read_component(reader);
  REQUIRE(data);
  CHECK(data->name == component::component_name{"ns", "app", "comp"});
  CHECK(reader.problems().empty());

  std::string other = good;
  other.replace(other.find("\"comp\""), 6, "\"else\"");
  const auto of_another = test::parsed(other);
  boundary::request_reader second(of_another, "$.x");
  CHECK_FALSE(boundary::read_component(second));
  REQUIRE_FALSE(second.problems().empty());
  CHECK(second.problems()[0].path.starts_with("$.x.data"));
}

TEST_CASE("A batch: what is wrong with one entry is that entry's, in the request's order") {
  const auto document = test::parsed("[" + good + ",7,{\"namespace\":\"ns\"}," + good + "]");
  const auto batch = boundary::read_components(document, "the list request");
  CHECK(batch.components.size() == 2);
  REQUIRE(batch.entries.size() == 4);
  CHECK_FALSE(batch.entries[0].failure);
  REQUIRE(batch.entries[1].failure);
  CHECK(batch.entries[1].failure->details[0].path == "$.components[1]");
  REQUIRE(batch.entries[2].failure);
  CHECK(batch.entries[2].name.name_space == "ns");
  CHECK(batch.entries[2].failure->details[0].path == "$.components[2].application");
  CHECK(batch.entries[2].failure->message.find("Entry 2 of the list request") == 0);
  CHECK_FALSE(batch.entries[3].failure);
}
