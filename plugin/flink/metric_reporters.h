// Flink's metric reporters: their classes, and where an installation has their jars.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"

namespace dm::flink {

struct metric_reporter {
  std::string_view name;      // also in Flink's keys: metrics.reporter.<name>.host
  std::string_view factory;   // metrics.reporter.<name>.factory.class, in all known versions
  std::string_view artifact;  // its jar is <artifact>-<version>.jar
  bool pushes;                // at an interval; else it is asked
  bool by_scope;              // its metrics are called by the scope formats
};

// graphite, statsd, prometheus, jmx, slf4j; nullptr: none of them.
const metric_reporter* find_metric_reporter(std::string_view name);
// One of these, or "none".
bool is_metric_reporter(std::string_view name);
// Several of these, or "none" alone.
bool are_metric_reporters(const std::vector<std::string>& names);
// Each once; of "none" nothing is left.
std::vector<std::string> without_none(const std::vector<std::string>& names);

struct reporter_jar {
  std::string path;
  // Flink brings it to the containers by itself: it lies in lib, or in a folder of plugins. From
  // opt nothing is taken.
  bool loaded = false;
  bool plugin = false;  // in a folder of plugins, the one of `path`
};

// NOT_FOUND says where it was looked for.
result<reporter_jar> find_reporter_jar(const std::string& flink_home,
                                       const metric_reporter& reporter);

}  // namespace dm::flink
