// Everything about a component that can be known before anything is made: descriptor, package,
// Flink of this node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "input/settings.h"
#include "io/operation.h"
#include "package/descriptor.h"
#include "package/package_files.h"

namespace dm::package {

// The Flink of this node, from the names in its lib directory. FAILED_PRECONDITION: a version that
// is not known.
result<flink::version> installed_flink(const input::settings& settings);

// What is wrong with files of the package that the descriptor names, as far as names tell. Paths of
// properties.
std::vector<problem> check_file_names(const descriptor& descriptor,
                                      const std::vector<std::string>& files);

struct preparation {
  descriptor_reading reading;  // with the problems of descriptor, command and files together
  std::optional<flink::version> installed;
  package_listing files;
  std::string application_properties;
  std::vector<std::string> top_level;  // names directly in the staged folder
  std::optional<error>
      obstacle;  // what has nothing to do with the descriptor: Flink, a folder that cannot be read
};

// Reads the staged folder too: the jar is opened, the program looked for in it,
// application.properties rendered.
preparation prepare(const input::settings& settings, const io::operation& op,
                    const component::component_name& name, const property_map& properties,
                    const std::string& staged_path, bool hashes);

// Adds the problems of the command, when all else is right, to those of the descriptor.
void check_command(const input::settings& settings, const component::component_name& name,
                   descriptor_reading& reading, const flink::version& installed);

}  // namespace dm::package
