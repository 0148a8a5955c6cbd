// A file system that can be filled, for tests of a full disk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace manager_test {

/// A tmpfs of its own on a directory, which needs root; gone with the object.
class small_file_system {
 public:
  small_file_system(const std::filesystem::path& directory, const std::string& size)
      : directory_(directory) {
    std::filesystem::create_directories(directory_);
    mounted_ =
        ::mount("none", directory_.c_str(), "tmpfs", 0, ("mode=0700,size=" + size).c_str()) == 0;
  }
  ~small_file_system() {
    if (mounted_) ::umount2(directory_.c_str(), MNT_DETACH);
  }
  small_file_system(const small_file_system&) = delete;
  small_file_system& operator=(const small_file_system&) = delete;

  bool mounted() const { return mounted_; }

  /// Takes every block that is free, but for so many.
  void fill(std::size_t but_blocks = 0) const {
    const std::string block(4096, 'x');
    const int file = ::open((directory_ / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    while (::write(file, block.data(), block.size()) > 0) {
    }
    const off_t size = ::lseek(file, 0, SEEK_END);
    const auto kept = static_cast<off_t>(but_blocks * block.size());
    if (kept > 0 && ::ftruncate(file, size > kept ? size - kept : 0) != 0) std::abort();
    ::close(file);
  }
  void free() const { std::filesystem::remove(directory_ / "filler"); }

 private:
  std::filesystem::path directory_;
  bool mounted_ = false;
};

}  // namespace manager_test
