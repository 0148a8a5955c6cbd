// The configuration's `access` and the keys about accounts: who may do what, and who proves how who
// he is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"
#include "configuration/configuration_reader.h"

#include <filesystem>
#include <vector>

namespace manager {

/// After read_listen: the ways that listeners use must have what they need. Fills in identity and
/// access.
void read_access(configuration_reader from, const std::filesystem::path& base, configuration& into);

/// The document's own keys admin_group, refused_users and minimum_uid.
void read_accounts(configuration_reader& root, configuration& into);

/// What only shows on the machine: the token file, its own addresses. Adds to `problems`.
void check_access(const configuration& checked, std::vector<problem>& problems);

}  // namespace manager
