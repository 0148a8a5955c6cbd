// Oozie components of the original as Flink components with a schedule.
// SPDX-License-Identifier: Apache-2.0
#include "package/oozie_component.h"

#include "package/package_metadata.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

packaged_component component(const std::string& type, const std::string& properties) {
  return {type,
          "batch",
          {"workflow.xml", "coordinator.xml", "properties.json", "lib", "lib/job.py"},
          {"workflow.xml", "coordinator.xml", "properties.json", "lib/job.py"},
          properties,
          "",
          4096};
}

package_metadata read(const std::vector<packaged_component>& components) {
  return package_metadata::from_archive("wordcount-1.0.0", "pnda", components);
}

// As the original's example package has it.
constexpr const char* of_the_original =
    R"({"job_type":"flink","main_py":"job.py","application_args":"--n 1","freq_in_mins":180,
        "start":"${deployment_start}","end":"${deployment_end}"})";

}  // namespace

TEST_CASE(
    "an oozie component with a flink job is a flink component with a schedule, and a warning") {
  const package_metadata metadata = read({component("oozie", of_the_original)});
  REQUIRE(metadata.components().size() == 1);
  CHECK(metadata.components().front().type == "flink");
  CHECK(metadata.components().front().path == "wordcount-1.0.0/oozie/batch");
  const json::value& properties = metadata.defaults("flink", "batch");
  CHECK(json::text_of(properties, "main_py") == "lib/job.py");
  CHECK(json::text_of(properties, "flink_job_type") == "batch");
  CHECK(json::find(properties, "job_type") == nullptr);
  CHECK(json::to_text(*json::find(properties, "flink_schedule")) == R"({"frequency":180})");
  REQUIRE(metadata.warnings().size() == 1);
  CHECK(metadata.warnings().front().find("oozie/batch") != std::string::npos);
  CHECK(package_metadata(metadata.to_text()).warnings() == metadata.warnings());
}

TEST_CASE("times of its own are kept") {
  const package_metadata metadata =
      read({component("oozie", R"({"job_type":"flink","main_py":"job.py","freq_in_mins":"60",
                   "start":"2026-01-31T06:00Z","end":"2027-01-31T06:00Z"})")});
  CHECK(json::to_text(*json::find(metadata.defaults("flink", "batch"), "flink_schedule")) ==
        R"({"frequency":60,"start":"2026-01-31T06:00Z","end":"2027-01-31T06:00Z"})");
}

TEST_CASE("other oozie components stay what they are") {
  for (const char* properties : {R"({"job_type":"spark","freq_in_mins":180})", R"({})", ""}) {
    const package_metadata metadata = read({component("oozie", properties)});
    CHECK(metadata.components().front().type == "oozie");
    CHECK(metadata.warnings().empty());
  }
}

TEST_CASE("what cannot be translated is refused with what is allowed") {
  CHECK_THROWS_AS(read({component("oozie", R"({"job_type":"flink","main_py":"job.py"})")}),
                  failure);
  CHECK_THROWS_AS(
      read({component("oozie",
                      R"({"job_type":"flink","main_py":"job.py","freq_in_mins":"often"})")}),
      failure);
  CHECK_THROWS_AS(read({component("oozie", of_the_original), component("flink", R"({})")}),
                  failure);
}
