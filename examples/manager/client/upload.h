// A package's file, on its way to the repository.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/session.h"

#include <string>

namespace dmctl {

/// {"file", "bytes", "sha256", "changed"}. Throws problem: what is no regular file, what changes
/// meanwhile, what the Deployment Manager refuses.
json::document upload_file(session& with, const std::string& path);

}  // namespace dmctl
