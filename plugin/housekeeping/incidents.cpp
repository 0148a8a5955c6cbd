// What was kept of failures of long ago, on HDFS beside each component's log.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "component/placed_file.h"
#include "housekeeping/finders.h"

namespace dm::housekeeping {

void find_incidents(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::incident)) return;
  if (s.components.hdfs_failure) found.withhold(kind::incident, s.components.hdfs_failure->message);
  for (const known_component& one : s.components.all) {
    if (!one.keeps_log()) continue;
    const std::string directory =
        component::hdfs_directory(one.data.state_root, one.name()) + "/incidents";
    const auto walked =
        for_each_on_hdfs(s, op, one.data.user, directory, [&](const cluster::file_status& file) {
          // "<epoch>-<8 hex>.json"; what lists them is no record of a failure.
          const bool digit = file.name.front() >= '0' && file.name.front() <= '9';
          const bool document =
              (digit && file.name.ends_with(".json")) || component::is_temporary_name(file.name);
          if (file.directory || !document || !s.old_enough(kind::incident, file.modified_ms))
            return true;
          entry leftover;
          leftover.kind = kind::incident;
          leftover.path = directory + "/" + file.name;
          leftover.key = leftover.path;
          leftover.what = "the record of a failure";
          leftover.application = one.name().application;
          leftover.component = one.name().component;
          leftover.size_bytes = file.length_bytes;
          leftover.modified_ms = file.modified_ms;
          leftover.why = s.aged(file.modified_ms);
          leftover.remove = hdfs_removal(s, one.data.user, leftover.path, file);
          found.add(std::move(leftover));
          return true;
        });
    if (!walked) found.withhold(kind::incident, walked.error().message);
  }
}

}  // namespace dm::housekeeping
