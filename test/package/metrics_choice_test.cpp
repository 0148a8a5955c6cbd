// The properties of metrics: what is read, and what is said of bad ones.
// SPDX-License-Identifier: Apache-2.0
#include "package/metrics_choice.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "package/descriptor.h"
#include "support/node.h"

using namespace dm::package;
using dm::flink::metric_scope;
using dm::test::json;

namespace {

descriptor_reading read(const std::string& properties, const char* installed = "1.20.5") {
  const auto document = json("{'component_main_jar':'app.jar'" + properties + "}");
  return read_descriptor(read_properties(document), {"prod", "app", "stream"},
                         *dm::flink::parse_version(installed), references::complete);
}

std::string said(const descriptor_reading& reading) {
  std::string text;
  for (const auto& p : reading.problems) text += p.path + ": " + p.found + "\n";
  for (const auto& w : reading.warnings) text += w.path + ": " + w.message + "\n";
  return text;
}

bool says(const descriptor_reading& reading, std::string_view part) {
  INFO(said(reading));
  return said(reading).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("without properties the node decides") {
  const auto reading = read("");
  CHECK(said(reading).empty());
  const metrics_choice& metrics = reading.descriptor.metrics;
  CHECK_FALSE(metrics.reporters);
  CHECK_FALSE(metrics.interval_sec);
  CHECK_FALSE(metrics.names_a_scope());
}

TEST_CASE("the table of properties tells the defaults that there are") {
  for (const metric_scope scope : dm::flink::metric_scopes) {
    const property_name* entry = find_property_name(property_of_scope(scope));
    REQUIRE(entry != nullptr);
    CHECK(entry->default_value == dm::flink::default_scope(scope));
    CHECK(dm::flink::scope_of_key(entry->flink_key) == scope);
    CHECK(entry->valid(entry->default_value));
  }
}

TEST_CASE("every property of metrics is read") {
  const auto reading = read(
      ",'component_flink_metrics_reporters':'graphite, jmx','component_flink_metrics_interval_sec':"
      "'15','component_flink_metrics_scope_jm':'master','component_flink_metrics_scope_jm_job':"
      "'whole','component_flink_metrics_scope_tm':'worker.<host>',"
      "'component_flink_metrics_scope_tm_job':'part.<host>','component_flink_metrics_scope_task':"
      "'t.<task_name>.<subtask_index>','component_flink_metrics_scope_operator':"
      "'o.<operator_id>.<subtask_index>'");
  CHECK(said(reading).empty());
  const metrics_choice& metrics = reading.descriptor.metrics;
  CHECK(metrics.reporters == std::vector<std::string>{"graphite", "jmx"});
  CHECK(metrics.interval_sec == 15);
  CHECK(metrics.scope(metric_scope::jm) == "master");
  CHECK(metrics.scope(metric_scope::operator_of_task) == "o.<operator_id>.<subtask_index>");
  CHECK(metrics.names_a_scope());
}

TEST_CASE("none is a choice, and stands alone") {
  CHECK(read(",'component_flink_metrics_reporters':'none'").descriptor.metrics.reporters ==
        std::vector<std::string>{});
  CHECK(read(",'component_flink_metrics_reporters':['jmx','graphite']")
            .descriptor.metrics.reporters->size() == 2);
  for (const char* bad : {"'none,jmx'", "'ganglia'", "','", "[]", "'Graphite'"}) {
    CAPTURE(bad);
    const auto reading = read(std::string(",'component_flink_metrics_reporters':") + bad);
    CHECK(says(reading, "$.properties.component_flink_metrics_reporters: "));
    CHECK_FALSE(reading.problems.empty());
  }
}

TEST_CASE("a scope that carbon would not take is refused, whatever is tried in it") {
  for (const char* bad : {"''", "'a b'", "'a;b=c'", "'<nothing>'", "'../x'", "'a\\nb'", "5"}) {
    CAPTURE(bad);
    const auto reading = read(std::string(",'component_flink_metrics_scope_jm':") + bad);
    CHECK(says(reading, "$.properties.component_flink_metrics_scope_jm: "));
    CHECK_FALSE(reading.problems.empty());
  }
}

TEST_CASE("names that grow with each restart, and nested ones, are warned of") {
  const auto growing = read(",'component_flink_metrics_scope_tm':'tm.<host>.<tm_id>'");
  CHECK(growing.problems.empty());
  CHECK(says(growing, "<tm_id> is another one at each run"));
  const auto nested = read(
      ",'component_flink_metrics_scope_jm':'jm.<host>',"
      "'component_flink_metrics_scope_jm_job':'jm.<host>.<job_name>'");
  CHECK(nested.problems.empty());
  CHECK(says(nested, "is the beginning of the other"));
}

TEST_CASE("what is given twice, in whichever spelling, is refused") {
  for (const char* key : {"metrics.scope.jm-job", "metrics.scope.jm.job"}) {
    CAPTURE(key);
    CHECK(says(read(std::string(",'component_flink_metrics_scope_jm_job':'a',"
                                "'component_flink_configuration':{'") +
                    key + "':'b'}"),
               "given"));
    CHECK_FALSE(read(std::string(",'component_flink_metrics_scope_jm_job':'a',"
                                 "'component_flink_config_args':'-yD ") +
                     key + "=b'")
                    .problems.empty());
  }
  CHECK(says(read(",'component_flink_metrics_reporters':'jmx','component_flink_configuration':"
                  "{'metrics.reporters':'mine'}"),
             "given here and by component_flink_metrics_reporters"));
}
