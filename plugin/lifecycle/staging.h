// What Flink leaves of an application on HDFS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "component/component_log.h"
#include "context/session.h"
#include "input/component_data.h"

namespace dm::lifecycle {

// The staging directories that Flink leaves on HDFS when an application was killed or its
// JobManager failed: <home>/.flink/<application id>. Best effort, for the applications the log
// names.
void remove_staging(context::session& session, const io::operation& op,
                    const input::component_data& data, const component::log_snapshot& log);

}  // namespace dm::lifecycle
