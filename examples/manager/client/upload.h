// A package's file, on its way to the repository.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/session.h"

#include <string>
#include <vector>

namespace dmctl {

/// Throws problem (usage) with all names that the repository would refuse, before anything is sent.
void check_upload_names(const std::vector<std::string>& paths);

/// {"file", "bytes", "sha256", "changed"}. Throws problem: what is no regular file, what changes
/// meanwhile, what the Deployment Manager refuses.
json::document upload_file(session& with, const std::string& path);

}  // namespace dmctl
