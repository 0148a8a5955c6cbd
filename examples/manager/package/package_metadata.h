// What is remembered of a deployed package: its components, their files and default properties.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"
#include "package/package_archive.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace manager {

class package_metadata {
 public:
  struct component {
    std::string type;
    std::string name;
    std::string path;  // "<package>/<type>/<component>", below a staging directory
    std::vector<std::string> files;
  };

  /// Parses the descriptors; throws failure(failed_validation) with all problems.
  static package_metadata from_archive(const std::string& package, const std::string& user,
                                       const std::vector<packaged_component>& components);
  /// From the registry's text.
  explicit package_metadata(const std::string& text);

  std::string to_text() const { return json::to_text(document_); }

  /// By type, and within a type in the order of the archive.
  std::vector<component> components() const;
  /// properties.json of a component; an empty object when it has none.
  const json::value& defaults(const std::string& type, const std::string& name) const;
  /// {type: {component: properties.json}}
  json::document all_defaults() const;
  /// What is different here from what the package was made for; often none.
  std::vector<std::string> warnings() const;
  /// What unpacking it takes on a disk; 0 when an earlier version has deployed it.
  std::uint64_t disk_bytes() const;
  /// hdfs.json of a component, or nullptr.
  const json::value* hdfs(const std::string& type, const std::string& name) const;

 private:
  explicit package_metadata(json::document document);
  const json::value* entry(const std::string& type, const std::string& name) const;

  json::document document_;
};

}  // namespace manager
