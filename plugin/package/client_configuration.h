// The configuration directory of a component's own Flink client: the node's files by links, so that
// what the site changes there counts, but the component's own logging. Its containers get the same
// logging, since Flink ships that file to them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flink/installation.h"

namespace dm::package {

// component_flink_log_*.
struct logging {
  std::string level = "INFO";
  std::string pattern{default_pattern};
  std::int64_t file_bytes = default_file_bytes;
  std::int64_t files = default_files;  // rolled ones, beside the one that is written
  bool given = false;                  // one of the properties is

  static constexpr std::string_view default_pattern =
      "%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n";
  static constexpr std::int64_t default_file_bytes = std::int64_t{10} << 20;
  static constexpr std::int64_t default_files = 5;
};

// The logger whose lines stand in flink.log beside the container's log, and its children's
// ("flink.a").
inline constexpr std::string_view user_logger = "flink";
// The variable of the containers' environment that names their log directory; YARN puts it there.
inline constexpr std::string_view log_directory_variable = "DM_LOG_DIR";

struct client_configuration {
  std::string source;                                      // the directory that the links lead to
  std::vector<std::string> links;                          // names in it
  std::vector<std::pair<std::string, std::string>> files;  // name and content
};

// Of the installation's directory. nullopt: it has no log4j.properties, so that its logging is
// somebody's own (logback), or cannot be read.
std::optional<client_configuration> plan_client_configuration(const std::string& source,
                                                              const package::logging& logging);

// The pattern of a log4j 2 layout, on one line, with an end of line at its end, and without what
// log4j would look up.
bool is_log_pattern(std::string_view text);

}  // namespace dm::package
