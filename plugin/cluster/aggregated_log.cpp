// The logs that NodeManagers have put on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/aggregated_log.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "cluster/container_id.h"

namespace dm::cluster {

namespace {

constexpr std::size_t most_nodes = 50;
constexpr int buckets = 10'000;

// The path in "hdfs://cluster/app-logs" or "/app-logs"; empty: it is on another file system.
std::string path_in(const std::string& location) {
  std::string path = location;
  if (const std::size_t scheme = location.find("://"); scheme != std::string::npos) {
    if (!location.starts_with("hdfs://") && !location.starts_with("viewfs://")) return {};
    const std::size_t root = location.find('/', scheme + 3);
    path = root == std::string::npos ? "" : location.substr(root);
  }
  while (path.ends_with('/')) path.pop_back();
  return path.starts_with('/') ? path : std::string();
}

int bucket_of(const std::string& application_id) {
  const std::string_view digits =
      std::string_view(application_id).substr(application_id.rfind('_') + 1);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return static_cast<int>(number % buckets);
}

}  // namespace

result<std::vector<std::string>> aggregated_logs::directories(const io::operation& op,
                                                              const std::string& user,
                                                              const std::string& application_id) {
  const auto root = yarn_.configured(op, "yarn.nodemanager.remote-app-log-dir");
  if (!root) {
    return fail(status_code::unavailable,
                "where aggregated logs are the ResourceManager does not tell");
  }
  const std::string path = path_in(*root);
  if (path.empty()) {
    return fail(status_code::failed_precondition,
                fmt::format("aggregated logs are at {}, which is not on HDFS", first_line(*root)));
  }
  const std::string suffix =
      yarn_.configured(op, "yarn.nodemanager.remote-app-log-dir-suffix").value_or("logs");
  const std::string top = fmt::format("{}/{}/", path, user);
  const std::string bucket = fmt::format("{:04}", bucket_of(application_id));
  // Since Hadoop 3.3 by buckets, before it without, and before 3.1 for one form of file only.
  return std::vector<std::string>{
      fmt::format("{}bucket-{}-tfile/{}/{}", top, suffix, bucket, application_id),
      fmt::format("{}{}-tfile/{}", top, suffix, application_id),
      fmt::format("{}{}/{}", top, suffix, application_id),
      fmt::format("{}bucket-{}-ifile/{}/{}", top, suffix, bucket, application_id)};
}

result<aggregated_logs::found_logs> aggregated_logs::node_logs(const io::operation& op,
                                                               const std::string& user,
                                                               const std::string& application_id) {
  auto candidates = directories(op, user, application_id);
  if (!candidates) return fail(std::move(candidates.error()));
  for (const std::string& directory : *candidates) {
    auto listing = hdfs_.list(op, directory);
    if (!listing && listing.error().code == status_code::not_found) continue;
    if (!listing) return fail(std::move(listing.error()));
    if (directory.find("-ifile/") != std::string::npos) {
      return fail(
          status_code::failed_precondition,
          fmt::format("hdfs:{} has them in indexed files, which are not read here", directory));
    }
    found_logs found;
    for (const file_status& file : *listing) {
      if (file.directory || file.name.ends_with(".tmp")) continue;
      found.more = found.logs.size() >= most_nodes;
      if (found.more) break;
      found.logs.push_back({directory + "/" + file.name, file.length_bytes});
    }
    return found;
  }
  return fail(status_code::not_found,
              fmt::format("no aggregated logs of {} are on HDFS", application_id));
}

range_reader aggregated_logs::reader_of(const io::operation& op, const std::string& path) {
  return [this, &op, path](std::int64_t offset, std::int64_t length) {
    return hdfs_.read_part(op, path, offset, length);
  };
}

result<std::vector<aggregated_file>> aggregated_logs::list(const io::operation& op,
                                                           const std::string& user,
                                                           const std::string& application_id) {
  auto logs = node_logs(op, user, application_id);
  if (!logs) return fail(std::move(logs.error()));
  std::vector<aggregated_file> all;
  for (const node_log& one : logs->logs) {
    auto files = read_aggregated_files(reader_of(op, one.path), one.size_bytes);
    if (!files) return fail_while("hdfs:" + one.path, std::move(files.error()));
    for (aggregated_file& file : *files) {
      file.extents = {};  // of no use to a list, and there may be many
      all.push_back(std::move(file));
    }
  }
  return all;
}

result<container_piece> aggregated_logs::read(const io::operation& op, const std::string& user,
                                              const std::string& container_id,
                                              const std::string& file, std::int64_t from,
                                              std::size_t limit) {
  const auto id = parse_container_id(container_id);
  if (!id) return fail(status_code::not_found, "it is no container");
  auto logs = node_logs(op, user, id->application);
  if (!logs) return fail(std::move(logs.error()));
  for (const node_log& one : logs->logs) {
    const range_reader read = reader_of(op, one.path);
    const auto files = read_aggregated_files(read, one.size_bytes);
    if (!files) return fail_while("hdfs:" + one.path, files.error());
    const auto found = std::find_if(files->begin(), files->end(), [&](const auto& candidate) {
      return candidate.container == container_id && candidate.name == file;
    });
    if (found == files->end()) continue;
    container_piece piece;
    piece.size_bytes = found->size_bytes;
    piece.offset = from < 0 ? std::max<std::int64_t>(0, piece.size_bytes + from)
                            : std::min(from, piece.size_bytes);
    auto bytes = read_aggregated_part(read, *found, piece.offset, static_cast<std::int64_t>(limit));
    if (!bytes) return fail(std::move(bytes.error()));
    piece.bytes = std::move(*bytes);
    piece.whole = piece.offset + static_cast<std::int64_t>(piece.bytes.size()) == piece.size_bytes;
    return piece;
  }
  if (logs->more) {
    return fail(status_code::resource_exhausted,
                fmt::format("the application ran on more than {} nodes, and the aggregated logs of "
                            "the first ones have no {} of {}",
                            most_nodes, file, container_id));
  }
  return fail(status_code::not_found,
              fmt::format("the aggregated logs have no {} of {}", file, container_id));
}

}  // namespace dm::cluster
