// What can be said of a plugin's file before any of it is mapped.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace manager {

/// Throws std::runtime_error when the file cannot be read, may be written by everyone, or ends
/// before its own headers say: dlopen() ends the whole process by SIGBUS at the first page of a
/// copy that did not come to its end. What is no library at all is left to dlopen(), which says so.
void check_library_file(const std::filesystem::path& file);

}  // namespace manager
