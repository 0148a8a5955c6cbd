// A log, read in pieces or followed: across lost connections, and across restarts of the job, which
// the Deployment Manager tells of.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/log_source.h"
#include "client/session.h"

#include <string>

namespace dmctl {

struct log_request {
  std::string application;
  std::string tail;   // "": none asked for
  std::string since;  // RFC 3339
  std::string grep;
};

/// All of it, or with `tail` or `since` the newest of it, at most a MiB, which is said.
void read_log(session& with, const log_source& source, const log_request& what);

/// Until it has ended. Throws interrupted at Ctrl-C, and unreachable when nobody answers for a
/// minute.
void follow_log(session& with, log_source source, const log_request& what);

}  // namespace dmctl
