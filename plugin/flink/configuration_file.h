// Flink's configuration file: flink-conf.yaml, one "key: value" a line, and config.yaml, which is
// YAML.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dm::flink {

struct configured_key {
  std::string key;    // with dots, however it was nested
  std::string value;  // without quotes and comment; empty for lists and long texts
  int line = 0;       // from 1
  bool whole = true;  // false: the value is a list or null, goes on in further lines, or has an
                      // escape that this reader does not know, so it is not what Flink reads
};

struct configuration_file {
  std::vector<configured_key> keys;  // in order; the last of the same key counts
  std::vector<int> not_understood;   // lines whose keys this reader cannot tell
};

// flink-conf.yaml by the rules of Flink up to 1.20: '#' begins a comment anywhere, ": " divides,
// lines without it do not count.
configuration_file read_flat_configuration(std::string_view text);

// config.yaml (1.19 and later): block and flow mappings, quoted keys, dotted keys at any depth.
// Anchors, merges and tags of mappings, tabs before a key, and further documents are not
// understood.
configuration_file read_yaml_configuration(std::string_view text);

}  // namespace dm::flink
