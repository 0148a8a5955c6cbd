// Flink's archives of jobs that have ended, by age and by number.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <queue>
#include <set>

#include <fmt/format.h>

#include "flink/hdfs_location.h"
#include "housekeeping/finders.h"

namespace dm::housekeeping {

namespace {

// The name of an archive is its job's id.
bool is_job_id(std::string_view name) {
  return name.size() == 32 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

struct archive_place {
  std::string directory;
  std::string user;                     // who lists it
  const known_component* of = nullptr;  // nullptr: it is everybody's
};

// Of the newest incarnation of each component: status links to it, and the guard may be reading it.
// nullopt: a log did not tell.
std::optional<std::set<std::string>> newest_jobs(scene& s, const io::operation& op,
                                                 const known_component* only,
                                                 std::string& because) {
  std::set<std::string> jobs;
  for (const known_component& one : s.components.all) {
    if (only != nullptr && only != &one) continue;
    if (!one.keeps_log()) continue;
    const auto& log = s.asked.log_of(op, one);
    if (!log) {
      because = log.error().message;
      return std::nullopt;
    }
    const component::log_record* newest = log->newest_incarnation();
    if (newest == nullptr) continue;
    const auto application = log->applications.find(newest->number);
    if (application != log->applications.end()) jobs.insert(application->second.job_id);
    const auto end = log->ends.find(newest->number);
    if (end != log->ends.end()) jobs.insert(end->second.job_id);
  }
  return jobs;
}

void find_in(scene& s, const io::operation& op, inventory& found, const archive_place& place) {
  std::string because;
  const auto kept = newest_jobs(s, op, place.of, because);
  if (!kept) return found.withhold(kind::archived_job, because);
  const auto add = [&](const cluster::file_status& one, std::string why) {
    entry leftover;
    leftover.kind = kind::archived_job;
    leftover.path = place.directory + "/" + one.name;
    leftover.key = leftover.path;
    leftover.what = fmt::format("Flink's archive of the ended job {}", one.name);
    if (place.of != nullptr) {
      leftover.application = place.of->name().application;
      leftover.component = place.of->name().component;
    }
    leftover.size_bytes = one.length_bytes;
    leftover.modified_ms = one.modified_ms;
    leftover.why = std::move(why);
    leftover.remove =
        hdfs_removal(s, one.owner.empty() ? place.user : one.owner, leftover.path, one);
    found.add(std::move(leftover));
  };
  const auto newer = [](const cluster::file_status& one, const cluster::file_status& other) {
    return one.modified_ms > other.modified_ms;
  };
  // The newest so many; what drops out of them is beyond the number.
  std::priority_queue<cluster::file_status, std::vector<cluster::file_status>, decltype(newer)>
      newest(newer);
  const auto walked =
      for_each_on_hdfs(s, op, place.user, place.directory, [&](const cluster::file_status& one) {
        if (one.directory || !is_job_id(one.name) || kept->contains(one.name)) return true;
        if (s.old_enough(kind::archived_job, one.modified_ms)) {
          add(one, s.aged(one.modified_ms));
          return true;
        }
        if (place.of == nullptr) return true;
        newest.push(one);
        if (newest.size() <= static_cast<std::size_t>(s.request.archives_kept)) return true;
        const cluster::file_status oldest = newest.top();
        newest.pop();
        const std::int64_t age = s.now.time_since_epoch().count() - oldest.modified_ms;
        if (age >= rule_of(kind::archived_job).least_age_ms)
          add(oldest, fmt::format("{} newer ones are there", s.request.archives_kept));
        return true;
      });
  if (!walked) found.withhold(kind::archived_job, walked.error().message);
}

}  // namespace

void find_archived_jobs(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::archived_job)) return;
  if (s.components.hdfs_failure)
    found.withhold(kind::archived_job, s.components.hdfs_failure->message);
  for (const known_component& one : s.components.all) {
    if (!one.keeps_log()) continue;
    const std::string directory =
        component::hdfs_directory(one.data.state_root, one.name()) + "/archive";
    find_in(s, op, found, {directory, one.data.user, &one});
  }
  const std::string& shared = s.settings().history_archive_dir;
  if (shared.empty()) return;
  const auto location = flink::parse_hdfs_location(shared);
  if (!location || !flink::own_hdfs(s.settings().name_nodes).owns(*location)) {
    return found.withhold(
        kind::archived_job,
        fmt::format("history_archive_dir, {}, may be on another file system than this cluster's "
                    "HDFS; name it as hdfs:///… if it is on this one",
                    shared));
  }
  // Components that are not known could have a newest job in it.
  if (s.components.hdfs_failure || s.components.node_failure) {
    return found.withhold(kind::archived_job, s.components.hdfs_failure
                                                  ? s.components.hdfs_failure->message
                                                  : s.components.node_failure->message);
  }
  find_in(s, op, found, {location->path, reader_of(s.components), nullptr});
}

}  // namespace dm::housekeeping
