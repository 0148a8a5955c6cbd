// Jars that direct submissions have put beside a component's log on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "library/job_jar.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "component/observation.h"
#include "component/placed_file.h"
#include "housekeeping/finders.h"

namespace dm::housekeeping {

namespace {

// Who wants the component to run may be about to submit it, and what lives fetches its jar whenever
// a container comes to a fresh node. Empty: neither is so.
result<std::string> in_use(scene& s, const io::operation& op, const known_component& one) {
  const auto& log = s.asked.log_of(op, one);
  if (!log) return fail(log.error());
  if (log->wanted()) return std::string("it is wanted to run");
  const auto& listing = s.asked.applications_of(op, one.data.user);
  if (!listing) return fail(listing.error());
  if (auto counts = witnesses::absence_counts(*listing); !counts)
    return fail(std::move(counts.error()));
  const std::string tag = component::component_tag(one.data.id);
  for (const cluster::yarn_application& application : listing->applications) {
    if (!application.terminal() && application.has_tag(tag)) return application.id + " lives";
  }
  return std::string();
}

// Asked of the log and of YARN anew: what witnesses know is of the inspection.
removal jar_removal(scene& s, const known_component& one, removal then) {
  return [&s, &one, then = std::move(then)](const io::operation& op) -> result<bool> {
    witnesses again(s.session, s.components);
    scene now{s.session, s.request, s.components, again, s.now};
    const auto use = in_use(now, op, one);
    if (!use) return fail(use.error());
    if (!use->empty()) return needed_by_now(*use);
    return then(op);
  };
}

}  // namespace

void find_job_jars(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::job_jar) && !found.wants(kind::temporary)) return;
  if (s.components.hdfs_failure) found.withhold(kind::job_jar, s.components.hdfs_failure->message);
  for (const known_component& one : s.components.all) {
    if (!one.keeps_log()) continue;
    const std::string directory =
        library::jar_directory(component::hdfs_directory(one.data.state_root, one.name()));
    std::optional<result<std::string>> use;  // asked once there is a jar
    const auto walked =
        for_each_on_hdfs(s, op, one.data.user, directory, [&](const cluster::file_status& file) {
          const bool unfinished = component::is_temporary_name(file.name);
          const enum kind kind = unfinished ? kind::temporary : kind::job_jar;
          if (file.directory || !found.wants(kind) || !s.old_enough(kind, file.modified_ms))
            return true;
          if (!unfinished && library::digest_of_jar(file.name).empty()) return true;
          if (!unfinished && !use) use = in_use(s, op, one);
          if (!unfinished && (!*use || !(*use)->empty())) return true;
          entry leftover;
          leftover.kind = kind;
          leftover.path = directory + "/" + file.name;
          leftover.key = leftover.path;
          leftover.what = unfinished ? "an upload of a jar that was broken off" : "a job's jar";
          leftover.application = one.name().application;
          leftover.component = one.name().component;
          leftover.size_bytes = file.length_bytes;
          leftover.modified_ms = file.modified_ms;
          leftover.why = s.aged(file.modified_ms);
          leftover.remove = hdfs_removal(s, one.data.user, leftover.path, file);
          if (unfinished) {
            leftover.breaks = "nothing";
          } else {
            leftover.why = fmt::format(
                "the component is not wanted to run, nothing of it lives, and {}", leftover.why);
            leftover.remove = jar_removal(s, one, std::move(leftover.remove));
          }
          found.add(std::move(leftover));
          return true;
        });
    if (!walked) found.withhold(kind::job_jar, walked.error().message);
    if (use && !*use) found.withhold(kind::job_jar, (*use).error().message);
  }
}

}  // namespace dm::housekeeping
