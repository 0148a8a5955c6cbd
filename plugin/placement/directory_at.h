// Directories by descriptor: opened, ensured, compared.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "io/file.h"

namespace dm::placement {

// Opens a directory in a directory; a link is not followed.
result<io::unique_fd> open_directory_at(int parent, const std::string& name);
// The same, made where missing. One of this process's user with fewer rights than `mode` (its maker
// was killed, or had a strict umask) is given them; others stay as they are.
result<io::unique_fd> ensure_directory_at(int parent, const std::string& name, mode_t mode);
// Whether the name still leads to this open directory.
bool leads_to(int parent, const std::string& name, int directory);

}  // namespace dm::placement
