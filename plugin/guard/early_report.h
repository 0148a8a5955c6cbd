// What a guard has to say before it has read where its log is: supervisord keeps nothing of its
// standard error.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "io/error.h"

namespace dm::guard {

// Writes the problem into logs/guard.log beside `spec_path`, where create has laid it out, as
// `user` (empty: as this process): the directory is that user's, and root writes nothing there.
// Best effort: a user that is not known, or no such directory, leaves the standard error alone.
void report_early(const std::string& spec_path, const std::string& user, const error& problem);

}  // namespace dm::guard
