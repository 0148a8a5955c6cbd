// hdfs.json: directories that a component wants on HDFS, and how many of their levels go with it.
// "delete_on_undeploy": n deletes the last n levels of the path: /a/b/c with 2 deletes /a/b (E36).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct hdfs_directory {
  std::string name;
  std::string path;
  int delete_levels = 0;
  /// The highest level that did not exist before; empty when all did. What the Deployment Manager
  /// made it may delete with its own rights, anything else only with the owner's.
  std::string made_from;
};

/// Reads the descriptor's shape, before substitution; adds problems with paths below "hdfs.json".
void check_hdfs_descriptor(const json::value& descriptor, std::vector<problem>& problems);

/// What descriptors must leave alone.
struct hdfs_path_rules {
  /// Neither they nor anything above them is ever deleted; '*' stands for one whole part.
  std::vector<std::string> protected_paths;
  /// The same, and nothing at or below them may be named: whoever has the right to, the name is a
  /// component's, to be or that was.
  std::vector<std::string> refused_roots;
};

/// Substitutes and checks.
std::vector<hdfs_directory> read_hdfs_descriptor(const json::value& descriptor,
                                                 const json::value& properties,
                                                 const hdfs_path_rules& rules,
                                                 std::vector<problem>& problems);

/// "/a/b/c" -> {"a", "b", "c"}
std::vector<std::string> path_parts(std::string_view path);
/// The first `levels` parts: ("/a/b/c", 2) -> "/a/b".
std::string leading_path(std::string_view path, std::size_t levels);
/// True for equal paths and for a path above `other`.
bool is_same_or_above(std::string_view path, std::string_view other);

/// What a destroy deletes: the path less its last n-1 levels. When something in `used_by_others`
/// lies at or below it, the highest level under which nothing does. Empty: nothing.
std::string deletion_target(const hdfs_directory& directory,
                            const std::vector<std::string>& used_by_others);

/// To and from what the registry keeps under descriptors["hdfs.json"].
json::document to_json(const std::vector<hdfs_directory>& directories);
std::vector<hdfs_directory> hdfs_directories_from(const json::value& list);

}  // namespace manager
