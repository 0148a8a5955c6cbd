// What is other in a package than in another one, most often its version of before.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "package/package_metadata.h"
#include "registry/package_file_store.h"

#include <optional>
#include <string>
#include <vector>

namespace manager {

/// A file that only one of them has, or that is another one in each.
struct file_difference {
  std::optional<package_file> from;  // nullopt: it was added
  std::optional<package_file> to;    // nullopt: it was removed

  const std::string& path() const { return to ? to->path : from->path; }
};

/// Both in the order of paths; at most `limit`, in that order.
std::vector<file_difference> differing_files(const std::vector<package_file>& from,
                                             const std::vector<package_file>& to,
                                             std::size_t limit);

/// {"path", "size", "mode": "0755", "sha256"}
json::value to_json(const package_file& file, json::allocator& memory);

/// {"added": [file], "removed": [file], "changed": [{"path", "from": {…}, "to": {…}}]}
json::value to_json(const std::vector<file_difference>& files, json::allocator& memory);

/// {"added": [{"type", "component"}], "removed": […], "changed": [{"type", "component",
/// "properties": {"added": {…}, "removed": {…}, "changed": {"<name>": {"from", "to"}}}}]}: of
/// properties.json, with what is secret masked: that it changed is seen, not what it is.
json::value component_difference(const package_metadata& from, const package_metadata& to,
                                 json::allocator& memory);

}  // namespace manager
