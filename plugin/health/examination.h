// One look at everything: the probes that the settings ask for, side by side, and what they found.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "health/finding.h"
#include "health/settings.h"
#include "io/http.h"

namespace dm::health {

// What cannot be asked, since a file with a password or token cannot be read, is told as that.
report examine(const io::operation& op, io::http_client& http, const settings& given);

}  // namespace dm::health
