// One guard a component on a node: the lock that a guard holds as long as it lives.
// supervisord that was killed leaves its guards behind, and starts new ones beside them when it is
// back; two of them would take each other's flink client for one that an earlier guard left over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "guard/guard_log.h"
#include "io/file.h"
#include "io/http.h"

namespace dm::guard {

// Takes <directory>/guard.lock. A guard that holds it is told to end (SIGTERM: it leaves its job as
// it is), so that the one that supervisord knows is the one at work; after `patience` it is ended
// with SIGKILL, which it survives as well as any other (INV-5). CANCELLED, or an error of the file.
result<io::unique_fd> take_guard_lock(const io::operation& op, io::http_client& wait,
                                      guard_log& log, const std::string& directory,
                                      io::milliseconds patience = io::milliseconds(15'000));

}  // namespace dm::guard
