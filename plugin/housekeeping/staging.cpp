// Staging directories that Flink's client has left on HDFS: where client or application were
// killed.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "housekeeping/finders.h"

namespace dm::housekeeping {

namespace {

// A component whose log knows the application and no end of it: what YARN does not list may be
// about to be listed again.
bool without_end(scene& s, const io::operation& op, const std::string& user,
                 const std::string& application_id) {
  for (const known_component& one : s.components.all) {
    if (one.data.user != user || !one.keeps_log()) continue;
    const auto& log = s.asked.log_of(op, one);
    if (!log) return true;
    const component::log_record* newest = log->newest_incarnation();
    if (newest == nullptr || log->ends.contains(newest->number)) continue;
    if (log->life_began() > newest->number) continue;  // the component was destroyed after it
    const auto fact = log->applications.find(newest->number);
    if (fact == log->applications.end() || fact->second.application_id == application_id)
      return true;
  }
  return false;
}

void find_of_user(scene& s, const io::operation& op, inventory& found, const std::string& user) {
  const std::string directory = fmt::format("/user/{}/.flink", user);
  std::vector<cluster::file_status> listed;
  const auto walked =
      for_each_on_hdfs(s, op, user, directory, [&](const cluster::file_status& one) {
        if (one.directory && cluster::is_application_id(one.name) &&
            s.old_enough(kind::staging, one.modified_ms))
          listed.push_back(one);
        return true;
      });
  if (!walked) return found.withhold(kind::staging, walked.error().message);
  if (listed.empty()) return;
  const auto& applications = s.asked.applications_of(op, user);
  if (!applications) return found.withhold(kind::staging, applications.error().message);
  for (const cluster::file_status& one : listed) {
    entry leftover;
    const auto life = life_in(*applications, one.name);
    if (life == application_life::lives) continue;
    if (life) {
      leftover.why = fmt::format("{} has ended, as YARN says", one.name);
    } else {
      if (const auto counts = witnesses::absence_counts(*applications); !counts) {
        found.withhold(kind::staging, counts.error().message);
        continue;
      }
      if (without_end(s, op, user, one.name)) {
        found.withhold(kind::staging,
                       fmt::format("YARN does not know {}, and a component of {} may run it: its "
                                   "log tells no end",
                                   one.name, user));
        continue;
      }
      leftover.why =
          fmt::format("YARN does not know {} any more; {}", one.name, s.aged(one.modified_ms));
    }
    leftover.kind = kind::staging;
    leftover.path = directory + "/" + one.name;
    leftover.key = leftover.path;
    leftover.what = fmt::format("files that Flink's client has staged for {}", one.name);
    leftover.application_id = one.name;
    leftover.modified_ms = one.modified_ms;
    leftover.remove = ended_removal(s, user, one.name, hdfs_removal(s, user, leftover.path, one));
    to_be_measured(leftover, user);
    found.add(std::move(leftover));
  }
}

}  // namespace

void find_staging(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::staging)) return;
  if (s.components.hdfs_failure) found.withhold(kind::staging, s.components.hdfs_failure->message);
  for (const std::string& user : s.components.users) {
    if (is_path_part(user)) find_of_user(s, op, found, user);
  }
}

}  // namespace dm::housekeeping
