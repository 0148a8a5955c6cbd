// The configuration that a Flink client reads on this node beside its command line, and what in it
// would take a component out of this project's hands.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flink/configuration_file.h"
#include "flink/dialect.h"
#include "io/error.h"

namespace dm::flink {

struct installed_key {
  std::string file;  // absolute path
  int line = 0;
  std::string key;
  std::string value;
  std::string reason;  // why it may not stand there, and what to use instead
};

struct installed_configuration {
  std::vector<installed_key> refused;
  std::vector<installed_key> metrics;  // that begin with metrics., whatever they say
  // All of them, in order, the last of the same key counts: key and value, which is empty for lists
  // and long texts.
  std::vector<std::pair<std::string, std::string>> keys;
  std::vector<installed_key> libraries;     // is_library_key
  std::vector<std::string> not_understood;  // "<file>:<line>", whose keys could not be read
};

// directory: <flink_home>/conf, or what FLINK_CONF_DIR of the client names. The file that the
// version reads: flink-conf.yaml up to 1.18, that or config.yaml in 1.19 and 1.20, config.yaml from
// 2.0. Keys that the command line sets over (yarn.tags, checkpoint directories …) are no harm.
// No such file: nothing is refused. UNAVAILABLE: it is there and cannot be read.
result<installed_configuration> read_installed_configuration(const version& version,
                                                             submission_mode mode,
                                                             const std::string& directory);

// The keys of that file as they stand in it, for who hands them on. path: empty, there is none.
// UNAVAILABLE: it is there and cannot be read.
struct installed_file {
  std::string path;
  configuration_file content;
};
result<installed_file> read_installed_file(const version& version, const std::string& directory);

}  // namespace dm::flink
