// Flink's archive of a job that has ended, looked up on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "guard/job_archives.h"

#include <fmt/format.h>

#include "flink/hdfs_location.h"

namespace dm::guard {

namespace {

// The JobManager writes the archive while it shuts down; YARN may say FINISHED a moment earlier.
constexpr int archive_attempts = 4;
constexpr io::milliseconds archive_interval{500};

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
  const auto directory = flink::parse_hdfs_location(spec.archive_directory);
  if (!directory) {
    look.obstacle =
        fmt::format("Flink's archive of the job is in {}, which is not on HDFS and is not read",
                    spec.archive_directory);
    return look;
  }
  const std::string path = directory->path + "/" + job_id;
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
  // A name like "ns1" may be this HDFS's or another's, and no two jobs have one id: what is found
  // under it is the job's, while that nothing is there says nothing of another HDFS (INV-10).
  const bool own = flink::own_hdfs(hdfs.addresses()).owns(*directory);
  if (!own && !look.archive && look.obstacle.empty()) {
    look.obstacle = fmt::format(
        "Flink's archive of the job is in {}, and {} on this cluster's HDFS has none: if \"{}\" is "
        "another HDFS, it is not read",
        spec.archive_directory, directory->path, directory->authority);
  }
  return look;
}

}  // namespace dm::guard
