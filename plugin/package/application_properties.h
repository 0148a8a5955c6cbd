// The application.properties that a program finds on its class path: the package's own file, its
// references replaced, and one generated line per property.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/problem_list.h"
#include "package/property_reader.h"
#include "package/warning.h"

namespace dm::package {

struct application_properties {
  std::string text;
  problem_list problems;  // "application.properties:<line>"; then the text is not to be used
  std::vector<warning> warnings;
};

// package_file: what the package has, byte for byte; nullopt: it has none. A byte order mark is
// left out; UTF-16 is a problem; another file that is not UTF-8 is left as it is. After it, with
// `generate`, comes a newline and one key=value line per property in the order of the map, the
// first "_" of its name turned into ".". What is put in is escaped so that java.util.Properties
// reads the property's very text. Properties that hold a secret get no line, and a reference to one
// is a problem (D-10), as is one to an unknown property when the map is complete.
application_properties render_application_properties(const std::optional<std::string>& package_file,
                                                     const property_map& properties, bool generate,
                                                     references references);

}  // namespace dm::package
