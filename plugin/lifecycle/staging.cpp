// What Flink leaves of an application on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/staging.h"

#include <fmt/format.h>

namespace dm::lifecycle {

using context::session;
using input::component_data;

void remove_staging(session& session, const io::operation& op, const component_data& data,
                    const std::string& application_id) {
  if (!cluster::is_application_id(application_id)) return;
  cluster::hdfs hdfs = session.hdfs_for(data.user);
  const std::string path = fmt::format("/user/{}/.flink/{}", data.user, application_id);
  if (auto removed = hdfs.remove(op, path, true); !removed) {
    op.log(io::log_level::warning,
           fmt::format("{} could not be removed: {}", path, removed.error().message));
  }
}

}  // namespace dm::lifecycle
