// Builds package archives, good and hostile ones, entry by entry.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

struct archive;

namespace manager_test {

enum class compression { none, gzip, bzip2, xz, zstd };

class package_builder {
 public:
  explicit package_builder(const std::filesystem::path& file, compression how = compression::gzip);
  ~package_builder();
  package_builder(const package_builder&) = delete;
  package_builder& operator=(const package_builder&) = delete;

  package_builder& directory(const std::string& path);
  package_builder& file(const std::string& path, const std::string& content);
  package_builder& executable(const std::string& path, const std::string& content);
  package_builder& symbolic_link(const std::string& path, const std::string& target);
  package_builder& hard_link(const std::string& path, const std::string& target);
  package_builder& device(const std::string& path);
  /// `size` zero bytes, which compress to next to nothing.
  package_builder& zeroes(const std::string& path, std::size_t size);
  void close();

 private:
  void add(const std::string& path, unsigned type, unsigned mode, const std::string& content,
           const std::string& symbolic, const std::string& hard);

  archive* archive_;
};

/// A package of type "fake" with one component "main" and a few files.
void write_simple_package(const std::filesystem::path& directory, const std::string& package);

}  // namespace manager_test
