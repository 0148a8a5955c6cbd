// Flink's metric reporters. Sources: MetricReporterFactory services in the jars of 1.20.5, docs of
// metric reporters 1.13 ... 2.3; that a jar in opt is not taken, and that a shipped one is, was
// seen on 1.13.6 and 1.20.5.
// SPDX-License-Identifier: Apache-2.0
#include "flink/metric_reporters.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "flink/installation.h"

namespace dm::flink {
namespace {

namespace fs = std::filesystem;

// .factory.class, since .class is deprecated from 1.16 on and never found a jar in plugins; all of
// these have a factory in 1.13 already.
constexpr std::array<metric_reporter, 5> reporters = {{
    {"graphite", "org.apache.flink.metrics.graphite.GraphiteReporterFactory",
     "flink-metrics-graphite", true, true},
    {"statsd", "org.apache.flink.metrics.statsd.StatsDReporterFactory", "flink-metrics-statsd",
     true, true},
    {"prometheus", "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
     "flink-metrics-prometheus", false, false},
    {"jmx", "org.apache.flink.metrics.jmx.JMXReporterFactory", "flink-metrics-jmx", false, false},
    {"slf4j", "org.apache.flink.metrics.slf4j.Slf4jReporterFactory", "flink-metrics-slf4j", true,
     true},
}};

// The folders of plugins, sorted.
std::vector<std::string> folders_in(const fs::path& directory) {
  std::vector<std::string> folders;
  std::error_code code;
  for (fs::directory_iterator entry(directory, code), end; !code && entry != end;
       entry.increment(code)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) folders.push_back(entry->path().string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

const metric_reporter* find_metric_reporter(std::string_view name) {
  const auto found = std::find_if(reporters.begin(), reporters.end(),
                                  [&](const metric_reporter& one) { return one.name == name; });
  return found == reporters.end() ? nullptr : &*found;
}

bool is_metric_reporter(std::string_view name) {
  return name == "none" || find_metric_reporter(name) != nullptr;
}

bool are_metric_reporters(const std::vector<std::string>& names) {
  const bool known = std::all_of(names.begin(), names.end(),
                                 [](const std::string& name) { return is_metric_reporter(name); });
  const bool none = std::find(names.begin(), names.end(), "none") != names.end();
  return known && !names.empty() && (!none || names.size() == 1);
}

std::vector<std::string> without_none(const std::vector<std::string>& names) {
  std::vector<std::string> left;
  for (const std::string& name : names) {
    if (name != "none" && std::find(left.begin(), left.end(), name) == left.end())
      left.push_back(name);
  }
  return left;
}

result<reporter_jar> find_reporter_jar(const std::string& flink_home,
                                       const metric_reporter& reporter) {
  const fs::path home(flink_home);
  if (auto jar = jar_in((home / "lib").string(), reporter.artifact); !jar.empty())
    return reporter_jar{std::move(jar), true, false};
  for (const std::string& folder : folders_in(home / "plugins")) {
    if (auto jar = jar_in(folder, reporter.artifact); !jar.empty())
      return reporter_jar{std::move(jar), true, true};
  }
  if (auto jar = jar_in((home / "opt").string(), reporter.artifact); !jar.empty())
    return reporter_jar{std::move(jar), false, false};
  return fail(status_code::not_found,
              fmt::format("no {0}-<version>.jar in {1}/plugins/*, {1}/opt or {1}/lib",
                          reporter.artifact, flink_home),
              fmt::format("put the jar of the installed Flink version into {}/plugins/metrics-{}",
                          flink_home, reporter.name));
}

}  // namespace dm::flink
