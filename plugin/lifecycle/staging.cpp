// What Flink leaves of an application on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/staging.h"

#include <fmt/format.h>

namespace dm::lifecycle {

void remove_staging(context::component_view& view, const io::operation& op,
                    const std::string& application_id) {
  if (!cluster::is_application_id(application_id)) return;
  const std::string path = fmt::format("/user/{}/.flink/{}", view.data().user, application_id);
  if (auto removed = view.hdfs().remove(op, path, true); !removed) {
    op.log(io::log_level::warning,
           fmt::format("{} could not be removed: {}", path, removed.error().message));
  }
}

}  // namespace dm::lifecycle
