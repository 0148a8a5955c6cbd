// The configuration's `listen`: where the REST API is reached, how somebody proves there who he is,
// and the limits of the HTTP server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"
#include "configuration/configuration_reader.h"

#include <filesystem>

namespace manager {

/// Fills in listeners, http, request_bytes and identity.listeners; relative paths are relative to
/// `base`.
void read_listen(configuration_reader listen, const std::filesystem::path& base,
                 configuration& into);

/// What only shows on the machine: certificates, groups, and whether each listener could be opened
/// now. Adds to `problems`. `runs_already`: a Deployment Manager does on the same data_root; what
/// is taken is taken to be its own.
void check_listeners(const configuration& checked, bool runs_already,
                     std::vector<problem>& problems);

/// What is allowed and may not be meant: who can reach it, and what he could read on the way.
void warn_of_listeners(const configuration& checked, std::vector<problem>& warnings);

}  // namespace manager
