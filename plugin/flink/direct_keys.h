// Which configurations can be submitted without Flink's client, and which need it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "flink/configuration_map.h"
#include "flink/installed_configuration.h"
#include "io/error.h"

namespace dm::flink {

// Keys with which Flink's client does something that the direct submission does not: Kerberos, high
// availability, a start command of one's own, and every key of YARN's that is not known here. A
// problem's path is the key, `found` never a value that may be a secret; none: it can be submitted
// directly. The JobManager's memory is looked at, too.
std::vector<problem> direct_obstacles(const configuration_map& configuration);
// The same of values in the node's file that cannot be handed on as they stand there.
std::vector<problem> direct_obstacles(const installed_file& file);

// Whether a text may stand in the command or the environment of a container as it is: YARN writes
// both into a shell script, in double quotes. Empty: it may, else what it must not have.
std::string_view launch_text_reason(std::string_view text);

}  // namespace dm::flink
