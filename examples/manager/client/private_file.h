// Files that others may not read: the configuration, tokens. Small ones only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace dmctl {

/// The whole text; nullopt: there is no such file. A problem (usage) where it is no regular file,
/// is another account's, others may read or write it, or it is larger than `limit`.
std::optional<std::string> read_private_file(const std::filesystem::path& path, std::size_t limit);

/// Replaces it in one step, mode 0600; a directory that is missing is made, mode 0700. A link stays
/// one: what it leads to is replaced.
void write_private_file(const std::filesystem::path& path, std::string_view text);

/// Any readable file or, as "-", the standard input: what is read from there is given by people.
std::string read_given_file(const std::string& path, std::size_t limit);

}  // namespace dmctl
