// The files that YARN gives to the containers of an application.
// SPDX-License-Identifier: Apache-2.0
#include "guard/direct_resources.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "flink/class_sharing.h"
#include "flink/hdfs_location.h"
#include "flink/path_list.h"
#include "guard/direct_refusal.h"
#include "io/file.h"
#include "library/job_jar.h"

namespace dm::guard {

namespace {

namespace fs = std::filesystem;
using part = flink::local_resource::part;

constexpr std::size_t largest_small_file = std::size_t{4} << 20;
constexpr std::size_t most_shipped = 200;
constexpr std::size_t most_libraries = 2'000;
constexpr int deepest = 8;

}  // namespace

void direct_resources::add_library(std::string name, std::string uri, std::int64_t bytes,
                                   std::int64_t modified_ms) {
  const std::string_view file = std::string_view(name).substr(name.rfind('/') + 1);
  flink::local_resource library;
  library.role = name.starts_with("plugins/")   ? part::plugin
                 : flink::is_distribution(file) ? part::distribution
                                                : part::library;
  library.name = std::move(name);
  library.uri = std::move(uri);
  library.size_bytes = bytes;
  library.modified_ms = modified_ms;
  library.of_all = true;
  list_.push_back(std::move(library));
}

void direct_resources::add_libraries(const library::provided_libraries& provided) {
  for (const library::provided_file& file : provided.files)
    add_library(file.name, file_system_ + file.path, file.bytes, file.modified_ms);
}

void direct_resources::add_libraries(const library::provided_libraries& provided,
                                     const library::class_data& data) {
  for (const library::provided_file& file : provided.files) {
    if (!file.name.starts_with("lib/"))
      add_library(file.name, file_system_ + file.path, file.bytes, file.modified_ms);
  }
  list_.push_back({part::library_archive, "lib", file_system_ + data.libraries.path,
                   data.libraries.bytes, data.libraries.modified_ms, true, data.class_path});
  list_.push_back({part::class_data, std::string(flink::class_data_name),
                   file_system_ + data.classes.path, data.classes.bytes, data.classes.modified_ms,
                   true});
}

result<void> direct_resources::add_libraries(std::string_view directories) {
  flink::own_hdfs own(spec_.name_nodes);
  own.learn(file_system_ + "/user", "/user");  // its own name for itself
  for (const std::string_view directory : flink::split_paths(directories)) {
    const auto location = flink::parse_hdfs_location(directory);
    if (!location || !own.owns(*location)) {
      return fail(status_code::unimplemented,
                  fmt::format("yarn.provided.lib.dirs names {}, which is no directory of this "
                              "cluster's HDFS",
                              first_line(directory, 200)),
                  "name directories on HDFS, or set component_flink_submission to application");
    }
    const std::string file_system =
        location->authority.empty() ? file_system_ : "hdfs://" + location->authority;
    const std::string name = location->path.substr(location->path.rfind('/') + 1);
    if (auto added = add_directory(location->path, name, file_system, 0); !added)
      return fail_while("listing Flink's libraries on HDFS", std::move(added.error()));
  }
  return {};
}

result<void> direct_resources::add_directory(const std::string& path, const std::string& name,
                                             const std::string& file_system, int depth) {
  auto entries = hdfs_.list(op_, path);
  if (!entries) return fail(std::move(entries.error()));
  for (const cluster::file_status& entry : *entries) {
    const std::string below = path + "/" + entry.name;
    const std::string named = name + "/" + entry.name;
    if (entry.directory) {
      if (depth >= deepest) {
        return fail(status_code::unimplemented, fmt::format("{} lies too deep", below),
                    "take it out of yarn.provided.lib.dirs");
      }
      if (auto added = add_directory(below, named, file_system, depth + 1); !added) return added;
      continue;
    }
    if (list_.size() >= most_libraries) {
      return fail(status_code::unimplemented,
                  fmt::format("yarn.provided.lib.dirs has more than {} files", most_libraries),
                  "name Flink's lib and plugins directories there");
    }
    if (!entry.others_may_read()) {
      return fail(status_code::failed_precondition,
                  fmt::format("hdfs:{} is not readable by all (mode {}), as YARN wants it of a "
                              "library that all applications share",
                              below, entry.permission),
                  "make it readable: hdfs dfs -chmod o+r");
    }
    add_library(named, file_system + below, entry.length_bytes, entry.modified_ms);
  }
  return {};
}

result<void> direct_resources::upload(const std::string& name, std::string_view content,
                                      part role) {
  const std::string path = staging_ + "/" + name;
  if (auto created = hdfs_.create(op_, path, content, "600"); !created)
    return fail_while("uploading " + name, std::move(created.error()));
  const auto status = hdfs_.status(op_, path);
  if (!status) return fail_while("uploading " + name, status.error());
  if (status->length_bytes != static_cast<std::int64_t>(content.size())) {
    return fail(status_code::unavailable, fmt::format("hdfs:{} has {} bytes after {} were written",
                                                      path, status->length_bytes, content.size()));
  }
  list_.push_back(
      {role, name, file_system_ + path, status->length_bytes, status->modified_ms, false});
  return {};
}

result<void> direct_resources::add_jar(const std::string& path) {
  library::local_digests digests(spec_.work_directory + "/jar-digests.json");
  const auto directory =
      library::jar_directory(component::hdfs_directory(spec_.state_root, spec_.name));
  // Not in the staging directory: a restart finds it where the first submission has put it.
  auto provided = library::provide_jar(op_, hdfs_, directory, path, digests);
  if (!provided) return fail_while("providing the job's jar on HDFS", std::move(provided.error()));
  (void)digests.keep();  // it is only read anew the next time
  list_.push_back({part::program, fs::path(path).filename().string(), file_system_ + provided->path,
                   provided->bytes, provided->modified_ms, false});
  return {};
}

result<void> direct_resources::add_shipped(std::string_view paths) {
  std::size_t count = 0;
  const auto add = [&](const fs::path& file, const std::string& name) -> result<void> {
    if (++count > most_shipped) {
      return fail(status_code::unimplemented,
                  fmt::format("more than {} files are shipped (yarn.ship-files)", most_shipped),
                  "set component_flink_submission to application");
    }
    auto content = io::read_file(file, largest_small_file);
    if (!content) return fail(of_this_node(content.error()));
    return upload(name, *content, part::shipped);
  };
  for (const std::string_view path : flink::split_paths(paths)) {
    const fs::path root(path);
    std::error_code problem;
    if (!fs::is_directory(root, problem)) {
      if (auto added = add(root, root.filename().string()); !added) return added;
      continue;
    }
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator it(root, problem), end; !problem && it != end;
         it.increment(problem)) {
      if (it->is_regular_file(problem) && !problem) files.push_back(it->path());
      if (files.size() > most_shipped) break;
    }
    if (problem) {
      return fail(status_code::failed_precondition,
                  fmt::format("{}, which is shipped, cannot be read: {}", path, problem.message()));
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      if (auto added = add(file, file.lexically_relative(root.parent_path()).string()); !added)
        return added;
    }
  }
  return {};
}

}  // namespace dm::guard
