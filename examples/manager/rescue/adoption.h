// Applications that are there and that the registry does not know (any more).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"

#include <string>
#include <vector>

namespace manager {

/// What was found, a sentence each.
struct adoption {
  std::vector<std::string> adopted;  // packages and applications that the registry knows now
  std::vector<std::string> left;     // what could not be adopted, and what to do
};

/// Rebuilds the registry from what stands on this node: deployed packages from their archives in
/// data_root, applications and their components from what each plugin finds (dm_plugin.find), their
/// states from what it sees of them. What the registry knows stays as it is; jobs, savepoints and
/// files are not touched. While no Deployment Manager uses data_root. Throws std::runtime_error
/// when nothing can be looked at.
adoption adopt(const configuration& settings);

}  // namespace manager
