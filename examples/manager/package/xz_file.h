// The bytes of an .xz file, unpacked within a bound of memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace manager {

/// Rationale: how much memory unpacking takes is in the file's blocks, up to 4 GiB; libarchive
/// allows each of them 1 GiB and has no option for less. liblzma itself has one, which holds for
/// every block and every stream of a file before anything is allocated. The other compressions
/// have bounds of their own: zstd 128 MiB, bzip2 4 MiB, gzip 32 KiB.
class xz_file {
 public:
  static constexpr std::uint64_t most_memory = 128ULL << 20;  // xz -9 needs 65 MiB

  /// Whether it begins as one; false when it cannot be read.
  static bool is_one(const std::filesystem::path& file);

  /// Throws std::system_error.
  explicit xz_file(const std::filesystem::path& file);
  ~xz_file();
  xz_file(const xz_file&) = delete;
  xz_file& operator=(const xz_file&) = delete;

  /// The next bytes, good until the next call; empty at the end. Throws failure(failed_validation)
  /// for what is damaged, or would need more than most_memory.
  std::string_view read();

 private:
  struct decoder;
  std::unique_ptr<decoder> decoder_;
};

}  // namespace manager
