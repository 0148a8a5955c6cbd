// Lists the files of a savepoint, and reads the beginning of its _metadata.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_files.h"

#include <algorithm>

namespace dm::state {

namespace {

// Flink's savepoints are flat; deeper than this is no savepoint.
constexpr int deepest = 8;

result<void> collect(const io::operation& op, cluster::hdfs& hdfs, const std::string& directory,
                     const std::string& prefix, int depth, savepoint_files& found) {
  if (depth > deepest) {
    found.too_deep = true;
    return {};
  }
  auto entries = hdfs.list(op, directory);
  if (!entries) return fail(std::move(entries.error()));
  for (const cluster::file_status& entry : *entries) {
    const std::string path = prefix + entry.name;
    if (entry.directory) {
      auto below = collect(op, hdfs, directory + "/" + entry.name, path + "/", depth + 1, found);
      // Gone since the listing: then it is not one of the files.
      if (!below && below.error().code != status_code::not_found) return below;
      continue;
    }
    found.files.push_back({path, entry.length_bytes});
    found.size_bytes += entry.length_bytes;
    if (path == metadata_name) found.metadata_written_at = io::from_epoch_ms(entry.modified_ms);
  }
  return {};
}

}  // namespace

const manifest_file* savepoint_files::find(std::string_view path) const {
  const auto found = std::lower_bound(
      files.begin(), files.end(), path,
      [](const manifest_file& file, std::string_view wanted) { return file.path < wanted; });
  return found != files.end() && found->path == path ? &*found : nullptr;
}

result<savepoint_files> read_files(const io::operation& op, cluster::hdfs& hdfs,
                                   const std::string& directory) {
  savepoint_files found;
  if (auto collected = collect(op, hdfs, directory, "", 0, found); !collected)
    return fail(std::move(collected.error()));
  std::sort(found.files.begin(), found.files.end(),
            [](const manifest_file& a, const manifest_file& b) { return a.path < b.path; });
  return found;
}

result<std::optional<located_savepoint>> locate_savepoint(const io::operation& op,
                                                          cluster::hdfs& hdfs,
                                                          const std::string& directory) {
  std::optional<located_savepoint> newest;
  auto entries = hdfs.list(op, directory);
  if (!entries) {
    if (entries.error().code == status_code::not_found) return newest;
    return fail(std::move(entries.error()));
  }
  for (const cluster::file_status& entry : *entries) {
    if (!entry.directory && entry.name == metadata_name && entry.length_bytes > 0) {
      return std::optional(
          located_savepoint{directory, entry.length_bytes, io::from_epoch_ms(entry.modified_ms)});
    }
    if (!entry.directory || !entry.name.starts_with("savepoint-")) continue;
    std::string path = directory + "/" + entry.name;
    auto metadata = hdfs.status(op, path + "/" + metadata_name);
    if (!metadata) {
      if (metadata.error().code == status_code::not_found) continue;
      return fail(std::move(metadata.error()));
    }
    const io::wall_time written = io::from_epoch_ms(metadata->modified_ms);
    if (metadata->directory || metadata->length_bytes == 0) continue;
    if (!newest || newest->written_at < written)
      newest = located_savepoint{std::move(path), metadata->length_bytes, written};
  }
  return newest;
}

// "savepoint-79027c-4d1f..." -> "79027c": all that the name of a directory tells of the job.
std::string job_prefix(std::string_view path) {
  constexpr std::string_view prefix = "savepoint-";
  constexpr std::size_t digits = 6;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (!name.starts_with(prefix) || name.size() <= prefix.size() + digits) return {};
  const std::string_view job = name.substr(prefix.size(), digits);
  const bool hex = job.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return hex && name[prefix.size() + digits] == '-' ? std::string(job) : std::string();
}

bool of_job(std::string_view path, std::string_view job_id) {
  const std::string prefix = job_prefix(path);
  return !prefix.empty() && job_id.starts_with(prefix);
}

result<header_reading> read_header(const io::operation& op, cluster::hdfs& hdfs,
                                   const std::string& directory) {
  auto bytes = hdfs.read_part(op, directory + "/" + metadata_name, 0,
                              static_cast<std::int64_t>(flink::metadata_header_bytes));
  if (!bytes) return fail(std::move(bytes.error()));
  return flink::read_metadata_header(*bytes);
}

}  // namespace dm::state
