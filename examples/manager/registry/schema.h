// The registry's tables and their versions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

namespace manager {

/// Brings the tables to the version this program knows, in one transaction. Throws
/// std::runtime_error when the file was written by a newer program.
void migrate(database& registry);

int current_schema_version();

}  // namespace manager
