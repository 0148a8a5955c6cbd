// The registry's tables and their versions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>

namespace manager {

int current_schema_version();
/// Of a file; 0: there are no tables yet.
std::int64_t schema_version(database& registry);

/// Brings the tables to a version, each step in one transaction; the program that wrote the file is
/// noted in it. Throws std::runtime_error as check_schema does.
void migrate(database& registry, int to = current_schema_version());

/// Throws std::runtime_error, naming the version that wrote it, when the file was written by a
/// newer program. Writes nothing.
void check_schema(database& registry);

}  // namespace manager
