// What Flink leaves of an application on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/staging.h"

#include <fmt/format.h>

namespace dm::lifecycle {

using context::session;
using input::component_data;

void remove_staging(session& session, const io::operation& op, const component_data& data,
                    const component::log_snapshot& log) {
  cluster::hdfs hdfs = session.hdfs_for(data.user);
  for (const auto& [epoch, fact] : log.applications) {
    if (!cluster::is_application_id(fact.application_id))
      continue;  // what else it may be is nobody's staging
    const std::string path = fmt::format("/user/{}/.flink/{}", data.user, fact.application_id);
    if (auto removed = hdfs.remove(op, path, true); !removed) {
      op.log(io::log_level::warning,
             fmt::format("{} could not be removed: {}", path, removed.error().message));
    }
  }
}

}  // namespace dm::lifecycle
