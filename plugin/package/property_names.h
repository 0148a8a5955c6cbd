// The properties of a component that this plugin knows: the one table of their names, kinds,
// defaults and limits. The table of abi/documents.md is made from it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dm::package {

// What a value is, and so how it is read.
enum class property_kind {
  file,        // a file of the package: relative, within the component's folder
  files,       // several, separated by commas, or a JSON list
  class_name,  // of Java
  arguments,   // split by blanks and quotes, or a JSON list of arguments taken as they are
  options,     // of the flink command
  text,        // one line
  version,     // a prefix of a Flink version
  integer,
  memory,  // "512m", "1 gb", or a number of megabytes
  size,    // "512m", "1 gb", or a number of bytes
  choice,
  queue,
  list,           // separated by commas, or a JSON list
  tags,           // the same
  configuration,  // JSON object of Flink keys
  environment,    // JSON object of environment variables
  executable,     // absolute path, or a command's name
  schedule,       // JSON object: when runs begin
  flag,           // its presence counts, whatever its value
};

struct property_name {
  std::string_view name;
  property_kind kind;
  std::string_view default_value;  // for people
  std::string_view allowed;        // for people, as in problem::allowed
  std::int64_t least = 0;          // kinds integer, size
  std::int64_t most = 0;           // kinds integer, size
  bool may_be_empty = false;       // an empty text counts as absent, as it did in the original
  bool (*valid)(std::string_view) = nullptr;  // what holds for a text; nullptr: read by its kind
  std::string_view flink_key = {};  // that it sets; empty: none, or one that only the dialect knows
  std::string_view flink;           // the Flink versions it has an effect on
  std::string_view description;
};

std::span<const property_name> property_names();
std::span<const property_name> metric_property_names();  // a part of them
const property_name* find_property_name(std::string_view name);
// The property that sets this Flink key; nullptr: none.
const property_name* property_of_key(std::string_view flink_key);

// The known name that was probably meant.
std::optional<std::string> nearest_property_name(std::string_view name);

}  // namespace dm::package
