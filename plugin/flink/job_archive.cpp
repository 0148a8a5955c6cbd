// Flink's job archive, read.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_archive.h"

#include <fmt/format.h>

#include "io/json.h"

namespace dm::flink {

namespace {

io::http_response as_response(std::string_view json) {
  io::http_response response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = json;
  return response;
}

}  // namespace

result<job_archive> read_job_archive(std::string_view text, const std::string& job_id) {
  auto document = io::parse_json(text, "the job archive");
  if (!document) return fail(document.error());
  const io::json_value* entries = io::member(*document, "archive");
  if (entries == nullptr || !entries->IsArray()) {
    return fail(status_code::internal, "the job archive has no list \"archive\"");
  }
  job_archive archive;
  bool found = false;
  for (const io::json_value& entry : entries->GetArray()) {
    const auto path = io::string_member(entry, "path");
    const auto json = io::string_member(entry, "json");
    if (!path || !json) continue;
    if (*path == "/jobs/overview") {
      auto jobs = read_jobs_overview(as_response(*json), "the job archive");
      if (!jobs) return fail(jobs.error());
      for (job_overview& job : *jobs) {
        if (job.id != job_id) continue;
        archive.overview = std::move(job);
        found = true;
      }
    } else if (*path == fmt::format("/jobs/{}/exceptions", job_id)) {
      auto exceptions = read_exceptions(as_response(*json), "the job archive");
      if (exceptions) archive.exceptions = std::move(*exceptions);
    } else if (*path == fmt::format("/jobs/{}", job_id)) {
      auto job = read_job(as_response(*json), "the job archive");
      if (job) archive.vertices = std::move(job->vertices);
    } else if (*path == fmt::format("/jobs/{}/checkpoints", job_id)) {
      auto checkpoints = read_checkpoints(as_response(*json), "the job archive");
      if (checkpoints) archive.checkpoints = std::move(*checkpoints);
    }
  }
  if (!found)
    return fail(status_code::internal,
                fmt::format("the job archive does not speak of job {}", job_id));
  return archive;
}

}  // namespace dm::flink
