// Reporters of metrics, and where an installation has their jars.
// SPDX-License-Identifier: Apache-2.0
#include "flink/metric_reporters.h"

#include "io/temporary_directory.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace dm::flink;
using dm::status_code;

namespace {

struct home {
  dm::test::temporary_directory directory;
  void add(const std::string& file) const {
    const std::filesystem::path path = directory / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path};
  }
  dm::result<reporter_jar> find(std::string_view reporter) const {
    return find_reporter_jar(directory.path(), *find_metric_reporter(reporter));
  }
};

}  // namespace

TEST_CASE("reporters are known by name") {
  for (const char* name : {"graphite", "statsd", "prometheus", "jmx", "slf4j"}) {
    CAPTURE(name);
    REQUIRE(find_metric_reporter(name) != nullptr);
    CHECK(find_metric_reporter(name)->factory.ends_with("ReporterFactory"));
    CHECK(is_metric_reporter(name));
  }
  CHECK(is_metric_reporter("none"));
  CHECK(find_metric_reporter("none") == nullptr);
  CHECK(find_metric_reporter("Graphite") == nullptr);
  CHECK(find_metric_reporter("") == nullptr);
}

TEST_CASE("none stands alone") {
  CHECK(are_metric_reporters({"none"}));
  CHECK(are_metric_reporters({"graphite", "jmx"}));
  CHECK_FALSE(are_metric_reporters({}));
  CHECK_FALSE(are_metric_reporters({"none", "jmx"}));
  CHECK_FALSE(are_metric_reporters({"graphite", "ganglia"}));
  CHECK(without_none({"none"}).empty());
  CHECK(without_none({"jmx", "graphite", "jmx"}) == std::vector<std::string>{"jmx", "graphite"});
}

TEST_CASE("a jar in plugins or lib is brought by Flink, one in opt is not") {
  home h;
  h.add("lib/flink-dist-1.20.5.jar");
  h.add("plugins/README.txt");
  h.add("opt/flink-metrics-graphite-1.20.5.jar");
  const auto in_opt = h.find("graphite").value();
  CHECK(in_opt.path == h.directory / "opt/flink-metrics-graphite-1.20.5.jar");
  CHECK_FALSE(in_opt.loaded);

  h.add("plugins/metrics-graphite/flink-metrics-graphite-1.20.5.jar");
  h.add("plugins/metrics-graphite/flink-metrics-graphite-notes.txt");
  const auto in_plugins = h.find("graphite").value();
  CHECK(in_plugins.path ==
        h.directory / "plugins/metrics-graphite/flink-metrics-graphite-1.20.5.jar");
  CHECK(in_plugins.loaded);
  CHECK(in_plugins.plugin);

  h.add("lib/flink-metrics-graphite-1.20.5.jar");
  const auto in_lib = h.find("graphite").value();
  CHECK(in_lib.loaded);
  CHECK_FALSE(in_lib.plugin);
}

TEST_CASE("jars of 1.13 and 1.14 may have Scala's version in their name") {
  home h;
  h.add("plugins/some-folder/flink-metrics-prometheus_2.12-1.13.6.jar");
  CHECK(h.find("prometheus").value().plugin);
  CHECK_FALSE(h.find("jmx"));
}

TEST_CASE("a jar that is missing is told with all places, and what to do") {
  home h;
  h.add("lib/flink-dist-1.20.5.jar");
  const auto none = h.find("statsd");
  REQUIRE_FALSE(none);
  CHECK(none.error().code == status_code::not_found);
  for (const char* place : {"/plugins/*", "/opt", "/lib", "flink-metrics-statsd-<version>.jar"}) {
    CAPTURE(place);
    CHECK(none.error().message.find(place) != std::string::npos);
  }
  CHECK(none.error().hint.find("/plugins/metrics-statsd") != std::string::npos);
}
