// The configuration's part "housekeeping".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"
#include "configuration/configuration_reader.h"

namespace manager {

void read_housekeeping(configuration_reader root, configuration& into);

}  // namespace manager
