// Files and directories that this process owns.
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include "base/failure.h"
#include "base/log.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace manager {
namespace {

constexpr std::string_view staging_prefix = "staging-";

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(),
                          fmt::format("{} {}", what, path.string()));
}

ssize_t read_some(int descriptor, char* into, std::size_t size, const std::filesystem::path& path) {
  for (;;) {
    const ssize_t count = ::read(descriptor, into, size);
    if (count >= 0) return count;
    if (errno != EINTR) fail("cannot read", path);
  }
}

std::size_t fill(int descriptor, char* into, std::size_t size, const std::filesystem::path& path) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = read_some(descriptor, into + filled, size - filled, path);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

}  // namespace

file_descriptor& file_descriptor::operator=(file_descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void file_descriptor::reset() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

file_descriptor open_for_reading(const std::filesystem::path& path) {
  file_descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened.valid()) fail("cannot open", path);
  return opened;
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      fail("cannot write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string read_text(const std::filesystem::path& path, std::size_t limit) {
  // An administrator may well give a link to a configuration file, so links are followed here.
  const file_descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened.valid()) fail("cannot open", path);
  std::string text(limit + 1, '\0');
  text.resize(fill(opened.get(), text.data(), text.size(), path));
  if (text.size() > limit) {
    throw failure(failure_kind::failed_validation,
                  fmt::format("{} is larger than {} bytes", path.string(), limit));
  }
  return text;
}

void make_directory_if_absent(const std::filesystem::path& path) {
  // "a/b/" is "a/b".
  const auto directory = path.has_filename() ? path : path.parent_path();
  if (std::filesystem::is_directory(directory)) return;
  if (directory.has_parent_path()) std::filesystem::create_directories(directory.parent_path());
  if (::mkdir(directory.c_str(), 0700) == 0) return;
  const int why = errno;
  if (why == EEXIST && std::filesystem::is_directory(directory)) return;
  errno = why;
  fail("cannot make the directory", directory);
}

void make_private_directory(const std::filesystem::path& path) {
  using std::filesystem::perms;
  std::filesystem::create_directories(path);
  std::filesystem::permissions(path, perms::owner_all);
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (!entry.is_regular_file(gone) || entry.is_symlink(gone)) continue;
    std::filesystem::permissions(entry.path(), perms::owner_read | perms::owner_write, gone);
  }
}

void replace_public_text(const std::filesystem::path& path, std::string_view text) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  unfinished_file file(parent);
  file.write(text);
  file.let_others_read();
  file.publish(path);
}

bool copy_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  const file_descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!source.valid()) {
    if (errno == ENOENT) return false;
    fail("cannot open", from);
  }
  unfinished_file copy(to.parent_path());
  std::vector<char> buffer(1U << 18);
  for (;;) {
    const std::size_t count = fill(source.get(), buffer.data(), buffer.size(), from);
    if (count == 0) break;
    copy.write({buffer.data(), count});
  }
  copy.publish(to);
  return true;
}

bool same_content(const std::filesystem::path& left, const std::filesystem::path& right) {
  const file_descriptor one = open_for_reading(left);
  const file_descriptor other = open_for_reading(right);
  std::array<char, 65536> first{};
  std::array<char, 65536> second{};
  for (;;) {
    const std::size_t count = fill(one.get(), first.data(), first.size(), left);
    if (count != fill(other.get(), second.data(), second.size(), right)) return false;
    if (std::string_view(first.data(), count) != std::string_view(second.data(), count)) {
      return false;
    }
    if (count < first.size()) return true;
  }
}

unfinished_file::unfinished_file(const std::filesystem::path& directory, std::string_view prefix) {
  std::string name = (directory / fmt::format("{}XXXXXX", prefix)).string();
  descriptor_ = file_descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!descriptor_.valid()) fail("cannot make a file in", directory);
  path_ = name;
}

unfinished_file::~unfinished_file() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void unfinished_file::write(std::string_view bytes) { write_all(descriptor_.get(), bytes, path_); }

void unfinished_file::let_others_read() {
  if (::fchmod(descriptor_.get(), 0644) != 0) fail("cannot change the mode of", path_);
}

void unfinished_file::make_durable() {
  if (::fsync(descriptor_.get()) != 0) fail("cannot flush", path_);
}

void unfinished_file::publish(const std::filesystem::path& destination) {
  make_durable();
  if (::rename(path_.c_str(), destination.c_str()) != 0) fail("cannot rename to", destination);
  path_.clear();
  sync_directory(destination.has_parent_path() ? destination.parent_path() : ".");
}

bool unfinished_file::publish_if_absent(const std::filesystem::path& destination) {
  make_durable();
  // link(2), unlike rename(2), never replaces: of two uploads at the same time one wins.
  if (::link(path_.c_str(), destination.c_str()) != 0) {
    if (errno == EEXIST) return false;
    fail("cannot name", destination);
  }
  sync_directory(destination.parent_path());
  return true;
}

void remove_unfinished_files(const std::filesystem::path& directory, std::string_view prefix) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().filename().string().starts_with(prefix)) {
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

private_directory::private_directory(const std::filesystem::path& parent) {
  make_directory_if_absent(parent);
  std::string name = (parent / fmt::format("{}XXXXXX", staging_prefix)).string();
  if (::mkdtemp(name.data()) == nullptr) fail("cannot make a directory in", parent);
  path_ = name;
}

private_directory::~private_directory() {
  std::error_code problem;
  std::filesystem::remove_all(path_, problem);
  if (problem)
    log::warning("event=staging_stays path={} information={}", path_.string(), problem.message());
}

void remove_abandoned_directories(const std::filesystem::path& parent) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    if (entry.path().filename().string().starts_with(staging_prefix)) {
      std::filesystem::remove_all(entry.path(), ignored);
    }
  }
}

void sync_directory(const std::filesystem::path& directory) {
  const file_descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) fail("cannot open", directory);
  if (::fsync(opened.get()) != 0) fail("cannot flush", directory);
}

}  // namespace manager
