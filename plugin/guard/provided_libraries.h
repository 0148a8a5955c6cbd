// Flink's libraries for a submission: found on HDFS or put there, before the client is started.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "component/guard_spec.h"
#include "guard/guard_log.h"
#include "library/class_data.h"
#include "library/flink_libraries.h"

namespace dm::guard {

struct library_supply {
  std::optional<library::provided_libraries> provided;
  std::string why_not;                            // empty: they are provided, or were not asked for
  std::optional<library::class_data> class_data;  // of these libraries, where it is asked for
};

// command: argv after "--". As the client's user. Where they cannot be provided the client uploads
// them, as it does by itself: why stands in the guard's log. Nothing is touched where the command
// or the client's configuration says where they are, or cannot be read for sure. told: why they
// could not be provided, as it was logged last: a cluster that stays away is told once.
library_supply provide_libraries(const io::operation& op, cluster::hdfs& hdfs,
                                 const component::guard_spec& spec,
                                 const std::vector<std::string>& command, guard_log& log,
                                 std::string& told);

}  // namespace dm::guard
