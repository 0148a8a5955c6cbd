// A copy of what the Deployment Manager must not lose, and its way back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"

#include <filesystem>
#include <string>
#include <vector>

namespace manager {

/// Writes registry, deployed archives and those of operations under way to a new directory `to`,
/// private to this account; a Deployment Manager that serves meanwhile goes on. Returns the
/// archives that it should have, but that are not in data_root either. Throws std::runtime_error
/// (and std::system_error, of a full disk for instance); `to` is gone then. What is left by one
/// that was killed is no backup for restore.
std::vector<std::string> back_up(const configuration& settings, const std::filesystem::path& to);

/// Puts a backup into a data_root without a registry, while no Deployment Manager uses it. Archives
/// that are there are replaced by the backup's. Throws std::runtime_error: a backup of a newer
/// version, one that was not finished, a registry that is there. One that failed or was killed can
/// be done again.
void restore(const configuration& settings, const std::filesystem::path& from);

}  // namespace manager
