// Whether YARN has the queue that a component is to run in, and lets its account submit there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cluster/resource_manager.h"
#include "input/settings.h"
#include "io/operation.h"
#include "package/descriptor.h"

namespace dm::lifecycle {

// A queue that is not there, or is stopped, is a problem, unless a queue policy is asked first.
// What access lists say is a warning: they may be another tomorrow, and groups are what YARN takes
// them for. Without a user only the queue is looked at.
void check_queue(cluster::resource_manager& yarn, const io::operation& op,
                 const input::settings& settings, const std::string& user,
                 package::descriptor_reading& reading);

}  // namespace dm::lifecycle
