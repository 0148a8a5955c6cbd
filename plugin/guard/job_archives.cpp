// Flink's archive of a job that has ended, looked up on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "guard/job_archives.h"

#include <fmt/format.h>

namespace dm::guard {

namespace {

// The JobManager writes the archive while it shuts down; YARN may say FINISHED a moment earlier.
constexpr int archive_attempts = 4;
constexpr io::milliseconds archive_interval{500};

// "hdfs://localhost:9000/a/b" or "/a/b" as WebHDFS wants it.
std::string without_scheme(const std::string& path) {
  const std::size_t scheme = path.find("://");
  if (scheme == std::string::npos) return path;
  const std::size_t root = path.find('/', scheme + 3);
  return root == std::string::npos ? "/" : path.substr(root);
}

bool tells_an_application(const std::string& job_id) {
  return job_id.find_first_not_of('0') != std::string::npos;
}

archive_look read(const io::operation& op, cluster::hdfs& hdfs, const std::string& path,
                  const std::string& job_id) {
  archive_look look;
  auto text = hdfs.read(op, path, flink::job_archive_limit_bytes);
  if (text) {
    auto archive = flink::read_job_archive(*text, job_id);
    if (archive) {
      look.archive = std::move(*archive);
    } else {
      look.obstacle = fmt::format("Flink's archive of the job, {}, cannot be used: {}", path,
                                  archive.error().message);
    }
    return look;
  }
  switch (text.error().code) {
    case status_code::not_found:
      break;
    case status_code::resource_exhausted:
      look.obstacle = fmt::format(
          "Flink's archive of the job, {}, is larger than the {} MiB that are read of one", path,
          flink::job_archive_limit_bytes >> 20);
      break;
    case status_code::permission_denied:
      look.obstacle = fmt::format("Flink's archive of the job, {}, may not be read: {}", path,
                                  text.error().message);
      break;
    default:
      look.obstacle = fmt::format("Flink's archive of the job, {}, could not be read: {}", path,
                                  text.error().message);
      look.unavailable = text.error();
  }
  return look;
}

}  // namespace

archive_look look_for_archive(const io::operation& op, io::http_client& http, cluster::hdfs& hdfs,
                              const component::guard_spec& spec, const std::string& job_id,
                              bool wait) {
  archive_look look;
  if (spec.archive_directory.empty() || !tells_an_application(job_id)) return look;
  const std::string path = without_scheme(spec.archive_directory) + "/" + job_id;
  for (int attempt = 0; attempt < (wait ? archive_attempts : 1); ++attempt) {
    if (attempt > 0) {
      if (auto slept = http.sleep(op, archive_interval); !slept) {
        look.unavailable = slept.error();
        return look;
      }
    }
    look = read(op, hdfs, path, job_id);
    if (look.archive) break;
  }
  return look;
}

}  // namespace dm::guard
