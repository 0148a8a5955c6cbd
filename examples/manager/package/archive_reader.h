// Walks over the entries of an untrusted tar archive and hands out those that are safe.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "configuration/configuration.h"
#include "package/xz_file.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct archive;
struct archive_entry;

namespace manager {

/// One file or directory. `parts` are its path's parts: none is empty, ".", "..", or holds control
/// characters.
struct archive_member {
  std::vector<std::string> parts;
  bool directory = false;
  bool executable = false;
  unsigned mode = 0;  // permissions as the archive has them: 0755

  std::string path() const;
};

class archive_reader {
 public:
  /// Throws failure(failed_validation) when the file is no tar archive (plain, or compressed once
  /// by gzip, bzip2, xz or zstd).
  archive_reader(const std::filesystem::path& file, const archive_limits& limits,
                 cancellation& cancel);

  /// The next member, or false at the end. Throws failure(failed_validation) for an unsafe one.
  bool next(archive_member& member);

  /// The current file's bytes, piece by piece, with holes filled; counts against the limits.
  void read(const std::function<void(std::string_view)>& receive);

 private:
  struct closer {
    void operator()(archive* opened) const;
  };

  [[noreturn]] void refuse(std::string_view member, std::string_view why) const;
  void check_type(archive_entry* entry, std::string_view path) const;
  std::vector<std::string> check_path(std::string_view path) const;
  void count(std::uint64_t bytes);

  std::filesystem::path file_;
  archive_limits limits_;
  cancellation& cancel_;
  std::unique_ptr<xz_file> xz_;  // what archive_ reads from, where the file is one
  std::unique_ptr<archive, closer> archive_;
  std::string current_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;       // unpacked so far
  std::uint64_t file_bytes_ = 0;  // of the current file
};

}  // namespace manager
