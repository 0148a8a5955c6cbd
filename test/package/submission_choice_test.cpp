// How a component is submitted: what "auto" comes to on a node, and what speaks against "direct".
// SPDX-License-Identifier: Apache-2.0
#include "package/submission_choice.h"

#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::package;
using dm::flink::submission_mode;
using dm::test::json;
using dm::test::node;
using dm::test::write_text;

namespace {

const dm::component::component_name name{"prod", "app", "stream"};

// A node whose Flink has all that a direct submission needs.
struct edge {
  explicit edge(std::string installed = "1.20.5")
      : edge_node(installed), version(std::move(installed)) {
    configure("");
    write_text(conf("log4j.properties"), "rootLogger.level = INFO\n");
  }
  std::string conf(const std::string& file) const {
    return edge_node.flink_home() + "/conf/" + file;
  }
  void configure(const std::string& more) const {
    const bool old = version.starts_with("1.1") && version < "1.19";
    write_text(conf(old ? "flink-conf.yaml" : "config.yaml"),
               "jobmanager.memory.process.size: 1600m\n"
               "yarn.provided.lib.dirs: hdfs:///flink/lib;hdfs:///flink/plugins\n" +
                   more);
  }
  descriptor_reading choose(const std::string& submission, const std::string& more = {}) const {
    auto settings = dm::input::read_settings(edge_node.document(), "");
    if (!settings) FAIL(settings.error().text());
    const auto installed = *dm::flink::parse_version(version);
    const auto document = json("{'component_main_jar':'app.jar','component_flink_submission':'" +
                               submission + "'" + more + "}");
    auto reading =
        read_descriptor(read_properties(document), name, installed, references::complete);
    for (const auto& p : reading.problems) FAIL(p.path + ": " + p.found);
    choose_submission(*settings, name, installed, reading);
    return reading;
  }

  node edge_node;
  std::string version;
};

// Of "direct": what is wrong, in one text.
std::string wrong(const descriptor_reading& reading) {
  std::string text;
  for (const dm::problem& one : reading.problems) {
    CHECK(one.path == "$.properties.component_flink_submission");
    CHECK_FALSE(one.allowed.empty());
    text += one.found + " | " + one.allowed + "\n";
  }
  return text;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// "auto" comes to the client's application mode, and names the reason; "direct" is refused for it.
void check_needs_client(const edge& e, std::string_view reason, const std::string& more = {}) {
  CAPTURE(reason);
  const auto chosen = e.choose("auto", more);
  CHECK(chosen.problems.empty());
  CHECK(chosen.descriptor.submission == submission_mode::application);
  CHECK(contains(chosen.descriptor.submission_reason, reason));
  REQUIRE_FALSE(chosen.warnings.empty());
  CHECK(contains(chosen.warnings.back().message, reason));
  const auto refused = e.choose("direct", more);
  CHECK(contains(wrong(refused), reason));
  CHECK(contains(wrong(refused), "auto"));
}

}  // namespace

TEST_CASE("a plain Java program is submitted directly, asked for or by auto") {
  const std::string version = GENERATE(as<std::string>(), "1.13.6", "1.15.4", "1.18.1", "1.19.3",
                                       "1.20.5", "2.0.2", "2.3.0");
  CAPTURE(version);
  const edge e(version);
  for (const char* submission : {"direct", "auto"}) {
    const auto reading = e.choose(submission, ",'component_application_args':['--a','b c']");
    CHECK(wrong(reading).empty());
    CHECK(reading.warnings.empty());
    CHECK(reading.descriptor.submission == submission_mode::direct);
    CHECK(reading.descriptor.submission_reason.empty());
  }
}

TEST_CASE("other ways of submission are left alone, whatever the node has") {
  const edge e;
  e.configure("high-availability.type: zookeeper\n");
  for (const auto& [text, mode] : {std::pair("per-job", submission_mode::per_job),
                                   std::pair("application", submission_mode::application)}) {
    const auto reading = e.choose(text);
    CHECK(reading.problems.empty());
    CHECK(reading.warnings.empty());
    CHECK(reading.descriptor.submission == mode);
  }
}

TEST_CASE("what the node's configuration asks of the client speaks against it") {
  const edge e;
  e.configure("high-availability.type: zookeeper\n");
  check_needs_client(e, "high-availability.type");
  e.configure("security.kerberos.login.keytab: /k\n");
  check_needs_client(e, "security.kerberos.login.keytab");
  e.configure("yarn:\n  container-start-command-template: '%java%'\n");
  check_needs_client(e, "yarn.container-start-command-template");
  e.configure("some.list:\n  - a\n  - b\n");
  check_needs_client(e, "config.yaml:4");
  e.configure("jobmanager.memory.process.size: 1m\n");
  check_needs_client(e, "jobmanager.memory.process.size");
}

TEST_CASE("so does the component's own") {
  const edge e;
  check_needs_client(e, "yarn.ship-archives",
                     ",'component_flink_configuration':{'yarn.ship-archives':'/a.zip'}");
}

TEST_CASE("libraries that are not on HDFS, and another logging than log4j's, need the client") {
  const edge e;
  write_text(e.conf("config.yaml"), "jobmanager.memory.process.size: 1600m\n");
  // The guard puts them there, unless it is told not to.
  CHECK(e.choose("auto").descriptor.submission == submission_mode::direct);
  check_needs_client(e, "yarn.provided.lib.dirs", ",'component_flink_libraries':'local'");
  const edge other;
  REQUIRE(std::remove(other.conf("log4j.properties").c_str()) == 0);
  check_needs_client(other, "log4j.properties");
}

TEST_CASE("auto finds another way for an argument that the version's file cannot carry") {
  const edge old("1.18.1");
  const std::string umlaut = ",'component_application_args':['\xC3\xBC']";
  const auto chosen = old.choose("auto", umlaut);
  CHECK(chosen.problems.empty());
  CHECK(chosen.descriptor.submission == submission_mode::application);
  CHECK(contains(chosen.descriptor.submission_reason, "component_application_args"));
  CHECK(contains(chosen.descriptor.submission_reason, "ASCII"));
  const auto secret = old.choose("auto", ",'component_application_args':['--token=hunter2#']");
  CHECK_FALSE(contains(secret.descriptor.submission_reason, "hunter2"));
  const edge now("1.19.3");
  CHECK(now.choose("auto", umlaut).descriptor.submission == submission_mode::direct);
}

TEST_CASE("a Python program needs the client, and auto says so") {
  const edge e;
  auto settings = dm::input::read_settings(e.edge_node.document(), "");
  const auto installed = *dm::flink::parse_version(e.version);
  const auto document = json("{'component_main_py':'job.py','component_flink_submission':'auto'}");
  auto reading = read_descriptor(read_properties(document), name, installed, references::complete);
  REQUIRE(reading.problems.empty());
  choose_submission(*settings, name, installed, reading);
  CHECK(reading.descriptor.submission == submission_mode::application);
  REQUIRE(reading.warnings.size() == 1);
  CHECK(contains(reading.warnings.front().message, "Python"));
}

TEST_CASE("auto names one reason and how many more there are; direct names them all") {
  const edge e;
  e.configure("high-availability.type: zookeeper\nsecurity.kerberos.login.keytab: /k\n");
  CHECK(contains(e.choose("auto").descriptor.submission_reason, "1 more"));
  CHECK(e.choose("direct").problems.size() == 2);
}
