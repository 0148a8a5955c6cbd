// One guard at a time for the runs of a scheduled component on a node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "guard/guard_log.h"
#include "io/file.h"
#include "io/http.h"

namespace dm::guard {

// Takes <directory>/run.lock. An earlier guard of the same run, as of a launcher that YARN has
// tried again, is told to end, and killed when it does not within `patience`; one of another run is
// waited for.
result<io::unique_fd> take_run_lock(const io::operation& op, io::http_client& wait, guard_log& log,
                                    const std::string& directory, const std::string& run_name,
                                    io::milliseconds patience = io::milliseconds(10'000));

}  // namespace dm::guard
