// The entries of an open directory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>

#include <memory>
#include <string>
#include <vector>

#include "io/file.h"

namespace dm::io {

// All names but "." and "..", read at once: removing entries while readdir() goes on may skip some.
// `path` is for the error.
result<std::vector<std::string>> entries_of(int directory, std::string_view path);

}  // namespace dm::io
