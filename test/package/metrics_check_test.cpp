// Whether metrics get where they are to go: Flink's own configuration file on the node.
// SPDX-License-Identifier: Apache-2.0
#include "package/metrics_check.h"

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::package;
using dm::test::json;
using dm::test::node;
using dm::test::write_text;

namespace {

const dm::component::component_name name{"prod", "app", "stream"};

struct checked {
  node edge;
  checked() {
    write_text(edge.flink_home() + "/plugins/metrics-graphite/flink-metrics-graphite-1.20.5.jar",
               "");
  }
  descriptor_reading read(const std::string& properties = {}) const {
    auto settings = dm::input::read_settings(edge.document("'graphite_host':'g'"), "");
    REQUIRE(settings);
    const auto installed = *dm::flink::parse_version("1.20.5");
    const auto document = json("{'component_main_jar':'app.jar'" + properties + "}");
    auto reading =
        read_descriptor(read_properties(document), name, installed, references::complete);
    check_metrics(*settings, name, installed, reading);
    check_installed_metrics(*settings, name, installed, reading);
    return reading;
  }
  void configure(const std::string& text) const {
    write_text(edge.flink_home() + "/conf/config.yaml", text);
  }
};

}  // namespace

TEST_CASE("an installation without a word about metrics is fine") {
  const checked c;
  CHECK(c.read().warnings.empty());
  c.configure("metrics.latency.interval: 5\nmetrics:\n  scope:\n    task: x\n");
  const auto reading = c.read();
  CHECK(reading.warnings.empty());
  CHECK(reading.problems.empty());
}

TEST_CASE("a list in Flink's own file that leaves graphite out is told with file and line") {
  const checked c;
  c.configure("taskmanager.numberOfTaskSlots: 2\nmetrics.reporters: grph\n");
  const auto reading = c.read();
  REQUIRE(reading.warnings.size() == 1);
  CHECK(reading.warnings[0].message.find("/conf/config.yaml:2 has") != std::string::npos);
  CHECK(c.read(",'component_flink_metrics_reporters':'graphite'").warnings.empty());
  c.configure("metrics.reporters: grph,graphite\n");
  CHECK(c.read().warnings.empty());
}

TEST_CASE("an old key in Flink's own file that could not stand beside ours is a problem") {
  const checked c;
  c.configure("metrics.scope.jm.job: flink.<job_name>\n");
  const auto reading = c.read();
  REQUIRE(reading.problems.count() == 1);
  CHECK(reading.problems.front().found == "metrics.scope.jm.job");
  CHECK(reading.problems.front().allowed.find("metrics.scope.jm-job") != std::string::npos);
  CHECK(c.read(",'component_flink_metrics_reporters':'none'").problems.empty());
}

TEST_CASE("what a component asks for and cannot have is among its problems") {
  const checked c;
  const auto reading = c.read(",'component_flink_metrics_reporters':'graphite,jmx'");
  REQUIRE(reading.problems.count() == 1);
  CHECK(reading.problems.front().path == "$.properties.component_flink_metrics_reporters");
}
