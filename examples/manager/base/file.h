// Files and directories that this process owns: descriptors that close, names that vanish.
// Everything is made private to the account that runs the Deployment Manager.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace manager {

/// A descriptor that closes itself.
class file_descriptor {
 public:
  explicit file_descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~file_descriptor() { reset(); }
  file_descriptor(file_descriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  file_descriptor& operator=(file_descriptor&& other) noexcept;

  int get() const { return descriptor_; }
  bool valid() const { return descriptor_ >= 0; }
  /// Somebody else closes it from now on.
  int release() { return std::exchange(descriptor_, -1); }
  void reset();

 private:
  int descriptor_;
};

/// Opens for reading, without following a link in the last part. Throws std::system_error with the
/// path.
file_descriptor open_for_reading(const std::filesystem::path& path);

/// Writes all bytes; throws std::system_error naming `path` (a full disk, for instance).
void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path);

/// The file's whole text; throws failure when it is larger than `limit` or cannot be read.
std::string read_text(const std::filesystem::path& path, std::size_t limit);

/// Replaces a small file in one step: a reader sees the old or the new text. Others may read it.
void replace_public_text(const std::filesystem::path& path, std::string_view text);

/// Makes the directory for this account alone; one that is there stays as it is. Parents that are
/// missing are made as well, as the umask has it. Throws std::system_error.
void make_directory_if_absent(const std::filesystem::path& path);

/// Makes the directory if need be, and it and the files in it this account's alone: earlier
/// versions let everybody read them. Throws std::system_error.
void make_private_directory(const std::filesystem::path& path);

/// Copies a file's bytes to `to`, which is replaced in one step and is on the disk afterwards.
/// False when there is no `from`.
bool copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// True when both files hold the same bytes.
bool same_content(const std::filesystem::path& left, const std::filesystem::path& right);

/// A new file under a name of its own beside its destination; removed unless it is published.
class unfinished_file {
 public:
  /// `directory` must exist. Names begin with `prefix`, which tells leftovers of a killed process.
  explicit unfinished_file(const std::filesystem::path& directory,
                           std::string_view prefix = ".unfinished-");
  ~unfinished_file();
  unfinished_file(const unfinished_file&) = delete;
  unfinished_file& operator=(const unfinished_file&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(std::string_view bytes);
  /// Its mode is 0600 unless it is for others.
  void let_others_read();
  /// Puts the bytes onto the disk; publishing does that, too.
  void make_durable();
  /// Makes the bytes durable and gives the file its name; replaces what is there. Once only.
  void publish(const std::filesystem::path& destination);
  /// The same, but returns false when the name is taken.
  bool publish_if_absent(const std::filesystem::path& destination);

 private:
  std::filesystem::path path_;
  file_descriptor descriptor_;
};

/// Removes files that a killed process left in `directory` under unfinished_file's names.
void remove_unfinished_files(const std::filesystem::path& directory,
                             std::string_view prefix = ".unfinished-");

/// A directory with a random name, 0700, removed with all its content.
class private_directory {
 public:
  /// Makes `parent` too if need be.
  explicit private_directory(const std::filesystem::path& parent);
  ~private_directory();
  private_directory(const private_directory&) = delete;
  private_directory& operator=(const private_directory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Removes private directories that a killed process left under `parent`.
void remove_abandoned_directories(const std::filesystem::path& parent);

/// Flushes a directory's entries to the disk.
void sync_directory(const std::filesystem::path& directory);

}  // namespace manager
