// A copy of what the Deployment Manager must not lose, and its way back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"

#include <filesystem>

namespace manager {

/// Writes registry, deployed archives and those of operations under way to a new directory `to`,
/// private to this account; a Deployment Manager that serves meanwhile goes on. Throws
/// std::runtime_error (and std::system_error, of a full disk for instance); `to` is gone then.
void back_up(const configuration& settings, const std::filesystem::path& to);

/// Puts a backup into a data_root without a registry, while no Deployment Manager uses it. Throws
/// std::runtime_error: a backup of a newer version, a registry that is there.
void restore(const configuration& settings, const std::filesystem::path& from);

}  // namespace manager
