// What Flink leaves of an application on HDFS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context/component_view.h"

namespace dm::lifecycle {

// Removes the staging directory that Flink's client has made for the application, which stays where
// the client or the application was killed. Of the incarnations before the guard has removed theirs
// when each ended. What is no id of an application is nobody's staging. Best effort.
void remove_staging(context::component_view& view, const io::operation& op,
                    const std::string& application_id);

}  // namespace dm::lifecycle
