// A component's staged folder, looked through without trusting it: its files with their sizes and
// hashes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.h"
#include "io/operation.h"
#include "io/problem_list.h"

namespace dm::package {

struct package_file_entry {
  std::string path;  // below the folder, with slashes
  std::int64_t size_bytes = 0;
  std::string sha256;
};

struct package_listing {
  std::vector<package_file_entry> files;  // sorted by path
  // What may not be in a package: links, special files, odd names, too many files.
  problem_list problems;
  const package_file_entry* find(std::string_view path) const;
};

// Limits of one component's folder.
inline constexpr std::size_t most_package_files = 20'000;
inline constexpr std::int64_t most_package_bytes = std::int64_t{8} << 30;
inline constexpr int deepest_package_directory = 32;

// Follows no link and opens nothing but regular files and directories. hashes: also compute each
// file's SHA-256. Errors are those of reading the folder.
result<package_listing> list_package(const io::operation& op, const std::string& folder,
                                     bool hashes);

// Opens one regular file of the folder, whose path is_package_file; no link is followed in any part
// of it.
result<io::unique_fd> open_package_file(const std::string& folder, std::string_view path);

}  // namespace dm::package
