// How a component reports its metrics: keys by version, jars, and who wins.
// SPDX-License-Identifier: Apache-2.0
#include "package/metrics_plan.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "package/command_plan.h"
#include "support/node.h"

using namespace dm::package;
using dm::test::json;
using dm::test::node;
using dm::test::write_text;

namespace {

const dm::component::component_name name{"prod", "clicks", "counter_1"};
const std::string graphite = "'graphite_host':'graphite.example.com'";

struct planned {
  dm::input::settings settings;
  descriptor_reading reading;
  key_values configuration;
  metrics_plan plan;
  dm::flink::version version;

  std::string at(std::string_view key) const {
    const std::string* found = find_value(configuration, key);
    return found == nullptr ? "(absent)" : *found;
  }
};

planned plan(const node& node, const std::string& environment, const std::string& settings = {},
             const std::string& properties = {}, const char* version = "1.20.5") {
  auto read = dm::input::read_settings(node.document(environment, settings), "");
  if (!read) FAIL(read.error().text());
  planned out;
  out.settings = *read;
  out.version = *dm::flink::parse_version(version);
  const auto document = json("{'component_main_jar':'app.jar'" + properties + "}");
  out.reading = read_descriptor(read_properties(document), name, out.version, references::complete);
  for (const auto& p : out.reading.problems) FAIL(p.path + ": " + p.found);
  out.configuration = configuration_of(out.settings, name, out.reading.descriptor);
  out.plan =
      plan_metrics(out.settings, name, out.reading.descriptor, out.version, out.configuration);
  return out;
}

void add_jar(const node& node, const std::string& reporter, const std::string& version = "1.20.5") {
  write_text(node.flink_home() + "/plugins/metrics-" + reporter + "/flink-metrics-" + reporter +
                 "-" + version + ".jar",
             "");
}

}  // namespace

TEST_CASE("where no Graphite is known nothing changes") {
  const node node;
  add_jar(node, "graphite");
  const auto p = plan(node, "");
  for (const auto& [key, value] : p.configuration) CHECK_FALSE(key.starts_with("metrics."));
  CHECK(p.plan.reporters.empty());
  CHECK(p.plan.warnings.empty());
}

TEST_CASE("with a Graphite in the environment all six scopes go there, below the prefix") {
  const node node;
  add_jar(node, "graphite");
  const auto p = plan(node, graphite);
  CHECK(p.plan.reporters == std::vector<std::string>{"graphite"});
  CHECK(p.plan.ship.empty());
  CHECK(p.plan.warnings.empty());
  CHECK(p.at("metrics.reporter.graphite.factory.class") ==
        "org.apache.flink.metrics.graphite.GraphiteReporterFactory");
  CHECK(p.at("metrics.reporter.graphite.host") == "graphite.example.com");
  CHECK(p.at("metrics.reporter.graphite.port") == "2003");
  CHECK(p.at("metrics.reporter.graphite.protocol") == "TCP");
  CHECK(p.at("metrics.reporter.graphite.interval") == "60 SECONDS");
  CHECK(p.at("metrics.reporters") == "(absent)");
  const std::string prefix = "application.kpi.clicks.counter_1.";
  CHECK(p.at("metrics.scope.jm") == prefix + "jm");
  CHECK(p.at("metrics.scope.jm-job") == prefix + "jm-job");
  CHECK(p.at("metrics.scope.tm") == prefix + "tm.<host>");
  CHECK(p.at("metrics.scope.tm-job") == prefix + "tm-job.<host>");
  CHECK(p.at("metrics.scope.task") == prefix + "task.<task_id>.<subtask_index>");
  CHECK(p.at("metrics.scope.operator") == prefix + "operator.<operator_name>.<subtask_index>");
  CHECK(p.at("metrics.scope.jm-operator") == prefix + "jm-operator.<operator_name>");
}

TEST_CASE("before 1.19 the keys of the job have their old names") {
  const node node("1.13.6");
  add_jar(node, "graphite", "1.13.6");
  const auto p = plan(node, graphite, "", "", "1.13.6");
  CHECK(p.at("metrics.scope.jm.job") == "application.kpi.clicks.counter_1.jm-job");
  CHECK(p.at("metrics.scope.tm.job") == "application.kpi.clicks.counter_1.tm-job.<host>");
  CHECK(p.at("metrics.scope.jm-job") == "(absent)");
}

TEST_CASE("a command of each dialect takes the keys") {
  const char* version =
      GENERATE("1.13.6", "1.15.4", "1.18.1", "1.19.2", "1.20.5", "2.0.1", "2.3.0");
  CAPTURE(version);
  const node node(version);
  add_jar(node, "graphite", version);
  const auto p = plan(node, graphite, "", "", version);
  const auto command = plan_command(p.settings, name, p.reading.descriptor, p.version);
  if (!command) FAIL(command.error().text());
  const auto has = [&](const std::string& word) {
    return std::find(command->begin(), command->end(), word) != command->end();
  };
  CHECK(has("metrics.reporter.graphite.interval=60 SECONDS"));
  CHECK(has("metrics.scope.tm=application.kpi.clicks.counter_1.tm.<host>"));
}

TEST_CASE("the setting says another Graphite, or none") {
  const node node;
  add_jar(node, "graphite");
  const auto other = plan(node, graphite, "'metrics_graphite':'10.0.0.7:2103'");
  CHECK(other.at("metrics.reporter.graphite.host") == "10.0.0.7");
  CHECK(other.at("metrics.reporter.graphite.port") == "2103");
  const auto none = plan(node, graphite, "'metrics_graphite':'none'");
  CHECK(none.plan.reporters.empty());
  CHECK(none.at("metrics.scope.jm") == "(absent)");
}

TEST_CASE("a component's reporters are a list of their own") {
  const node node;
  for (const char* reporter : {"graphite", "prometheus", "jmx", "statsd", "slf4j"})
    add_jar(node, reporter);
  const auto p = plan(node, graphite, "'metrics_statsd':'stats:8125','metrics_interval_sec':30",
                      ",'component_flink_metrics_reporters':'prometheus,statsd',"
                      "'component_flink_metrics_interval_sec':5");
  CHECK(p.at("metrics.reporters") == "prometheus,statsd");
  CHECK(p.at("metrics.reporter.prometheus.port") == "9249-9349");
  CHECK(p.at("metrics.reporter.prometheus.interval") == "(absent)");
  CHECK(p.at("metrics.reporter.statsd.host") == "stats");
  CHECK(p.at("metrics.reporter.statsd.interval") == "5 SECONDS");
  CHECK(p.at("metrics.reporter.graphite.host") == "(absent)");
  const auto none = plan(node, graphite, "", ",'component_flink_metrics_reporters':'none'");
  CHECK(none.at("metrics.reporters") == "none");
  CHECK(none.at("metrics.scope.jm") == "(absent)");
  const auto usual = plan(node, graphite, "'metrics_reporters':'jmx','metrics_interval_sec':30");
  CHECK(usual.plan.reporters == std::vector<std::string>{"jmx"});
  CHECK(usual.at("metrics.reporter.jmx.factory.class") ==
        "org.apache.flink.metrics.jmx.JMXReporterFactory");
}

TEST_CASE("keys that the node or the component has count as they are") {
  const node node;
  add_jar(node, "graphite");
  const auto p = plan(node, graphite,
                      "'flink_configuration':{'metrics.scope.tm':'mine.<host>',"
                      "'metrics.reporter.graphite.protocol':'UDP'}",
                      ",'component_flink_configuration':{'metrics.reporter.graphite.port':'2004',"
                      "'metrics.scope.jm.job':'theirs'},'component_flink_config_args':"
                      "'-yD metrics.scope.task=x.<task_name>'");
  CHECK(p.at("metrics.scope.tm") == "mine.<host>");
  CHECK(p.at("metrics.reporter.graphite.protocol") == "UDP");
  CHECK(p.at("metrics.reporter.graphite.port") == "2004");
  // In its newer name, since it could not stand beside metrics.scope.jm in the old one.
  CHECK(p.at("metrics.scope.jm-job") == "theirs");
  CHECK(p.at("metrics.scope.jm.job") == "(absent)");
  CHECK(p.at("metrics.scope.task") == "(absent)");
  const auto command = plan_command(p.settings, name, p.reading.descriptor, p.version);
  if (!command) FAIL(command.error().text());
}

TEST_CASE("a component's scope wins over the node's key") {
  const node node;
  const auto p = plan(node, "", "'flink_configuration':{'metrics.scope.jm.job':'mine'}",
                      ",'component_flink_metrics_scope_jm_job':'whole'");
  CHECK(p.at("metrics.scope.jm-job") == "application.kpi.clicks.counter_1.whole");
  CHECK(p.at("metrics.scope.jm.job") == "(absent)");
}

TEST_CASE("a list of reporters without graphite leaves it out, and that is said") {
  const node node;
  add_jar(node, "graphite");
  const auto p = plan(node, graphite, "",
                      ",'component_flink_configuration':{'metrics.reporters':'mine',"
                      "'metrics.reporter.mine.factory.class':'a.B'}");
  CHECK(p.plan.reporters.empty());
  CHECK(p.at("metrics.reporters") == "mine");
  REQUIRE(p.plan.warnings.size() == 1);
  CHECK(p.plan.warnings[0].message.find("metrics.reporters") != std::string::npos);
  // Whoever defines one of Flink's own keys beside the property keeps it.
  const auto both = plan(node, graphite, "",
                         ",'component_flink_metrics_reporters':'graphite',"
                         "'component_flink_configuration':{'metrics.reporter.mine.class':'a.B'}");
  CHECK(both.at("metrics.reporters") == "graphite,mine");
}

TEST_CASE(
    "a jar that is missing: a problem where the component asks, a warning where it does not") {
  const node node;
  const auto usual = plan(node, graphite);
  CHECK(usual.plan.reporters.empty());
  CHECK(usual.plan.problems.empty());
  REQUIRE(usual.plan.warnings.size() == 1);
  CHECK(usual.plan.warnings[0].message.find(node.flink_home() + "/opt") != std::string::npos);
  CHECK(usual.at("metrics.scope.jm") == "(absent)");
  const auto asked = plan(node, graphite, "", ",'component_flink_metrics_reporters':'jmx'");
  REQUIRE(asked.plan.problems.size() == 1);
  CHECK(asked.plan.problems[0].found.find("flink-metrics-jmx-<version>.jar") != std::string::npos);
  CHECK_FALSE(plan_command(asked.settings, name, asked.reading.descriptor, asked.version));
}

TEST_CASE("graphite and statsd without a known host are refused") {
  const node node;
  add_jar(node, "graphite");
  add_jar(node, "statsd");
  const auto p = plan(node, "", "", ",'component_flink_metrics_reporters':'graphite,statsd'");
  REQUIRE(p.plan.problems.size() == 2);
  CHECK(p.plan.problems[0].allowed.find("graphite_host") != std::string::npos);
  CHECK(p.plan.problems[1].allowed.find("metrics_statsd") != std::string::npos);
  const auto own = plan(node, "", "",
                        ",'component_flink_metrics_reporters':'statsd','component_flink_"
                        "configuration':{'metrics.reporter.statsd.host':'h'}");
  CHECK(own.plan.problems.empty());
}

TEST_CASE("what Flink would not bring to the containers is shipped") {
  const node node;
  const std::string jar = node.flink_home() + "/opt/flink-metrics-graphite-1.20.5.jar";
  write_text(jar, "");
  CHECK(plan(node, graphite).plan.ship == std::vector<std::string>{jar});
  add_jar(node, "graphite");
  CHECK(plan(node, graphite).plan.ship.empty());
  const auto with = [&](const std::string& directories) {
    return plan(node, graphite,
                "'flink_configuration':{'yarn.provided.lib.dirs':'" + directories + "'}")
        .plan.ship;
  };
  CHECK(with("hdfs:///flink/lib") ==
        std::vector<std::string>{node.flink_home() + "/plugins/metrics-graphite"});
  CHECK(with("hdfs:///flink/lib;hdfs:///flink/plugins/").empty());
}
