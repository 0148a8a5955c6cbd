// Files that others may not read.
// SPDX-License-Identifier: Apache-2.0
#include "client/private_file.h"

#include "client/problem.h"
#include "client/text.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace dmctl {
namespace {

struct descriptor {
  explicit descriptor(int opened) : number(opened) {}
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int number;
};

std::string reason(int code) { return std::generic_category().message(code); }

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw problem(exit_code::usage, fmt::format("{}: {}", harmless(path), why));
}

std::string read_all(int from, const std::string& path, std::size_t limit) {
  std::string text(limit + 1, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t count = ::read(from, text.data() + filled, text.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(path, "cannot be read: " + reason(errno));
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  if (filled > limit) refuse(path, fmt::format("is larger than {} bytes", limit));
  text.resize(filled);
  return text;
}

void write_all(int to, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(to, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse(path, "cannot be written: " + reason(errno));
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(to) != 0) refuse(path, "cannot be written: " + reason(errno));
}

}  // namespace

std::optional<std::string> read_private_file(const std::filesystem::path& path, std::size_t limit) {
  // Not to wait for a writer, where it is a pipe.
  const descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (opened.number < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    refuse(path, "cannot be opened: " + reason(errno));
  }
  struct stat facts {};
  if (::fstat(opened.number, &facts) != 0) refuse(path, "cannot be looked at: " + reason(errno));
  if (!S_ISREG(facts.st_mode)) refuse(path, "is no regular file");
  if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
    refuse(path, fmt::format("belongs to another account (uid {})", facts.st_uid));
  }
  if ((facts.st_mode & 077U) != 0) {
    refuse(path, fmt::format("others may reach it (mode {:04o}): chmod 600 {}",
                             facts.st_mode & 07777U, harmless(path.string())));
  }
  return read_all(opened.number, path, limit);
}

void write_private_file(const std::filesystem::path& given, std::string_view text) {
  std::error_code failed;
  std::filesystem::path path = given;
  if (std::filesystem::is_symlink(given, failed)) {
    path = std::filesystem::weakly_canonical(given, failed);
    if (failed) refuse(given, "leads nowhere: " + failed.message());
  }
  const std::filesystem::path directory =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const mode_t before = ::umask(077);
  std::filesystem::create_directories(directory, failed);
  ::umask(before);
  if (failed) refuse(directory, "cannot be made: " + failed.message());
  std::string unfinished = (directory / ".dmctl-XXXXXX").string();
  const descriptor made(::mkostemp(unfinished.data(), O_CLOEXEC));
  if (made.number < 0) refuse(directory, "takes no file: " + reason(errno));
  try {
    write_all(made.number, text, path);
    if (::rename(unfinished.c_str(), path.c_str()) != 0) {
      refuse(path, "cannot be replaced: " + reason(errno));
    }
  } catch (...) {
    ::unlink(unfinished.c_str());
    throw;
  }
}

std::string read_given_file(const std::string& path, std::size_t limit) {
  if (path == "-") return read_all(STDIN_FILENO, "the standard input", limit);
  const descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.number < 0) refuse(path, "cannot be opened: " + reason(errno));
  return read_all(opened.number, path, limit);
}

}  // namespace dmctl
