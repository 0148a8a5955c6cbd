// The embedded repository: a directory of package archives.
// SPDX-License-Identifier: Apache-2.0
#include "package/directory_repository.h"

#include "base/disk_space.h"
#include "base/failure.h"
#include "base/file.h"
#include "base/names.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <system_error>
#include <vector>

namespace manager {
namespace {

constexpr std::string_view upload_prefix = ".upload-";
constexpr const char* lock_file = ".lock";

}  // namespace

directory_repository::directory_repository(std::filesystem::path directory)
    : directory_(std::move(directory)) {
  make_directory_if_absent(directory_);
  // Shared by everyone who uses it: what is unfinished may be another one's upload under way.
  lock_ = file_descriptor(
      ::open((directory_ / lock_file).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_.valid()) {
    throw std::system_error(
        errno, std::generic_category(),
        fmt::format("cannot lock the package repository {}", directory_.string()));
  }
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) {
    remove_unfinished_files(directory_, upload_prefix);
  }
  ::flock(lock_.get(), LOCK_SH);
}

json::document directory_repository::list(const std::string&, int recency) {
  std::map<std::string, std::vector<package_name>> by_name;
  std::error_code problem_code;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, problem_code)) {
    auto name = parse_package_file(entry.path().filename().string());
    std::error_code ignored;
    if (name && entry.is_regular_file(ignored)) by_name[name->name].push_back(std::move(*name));
  }
  if (problem_code) {
    throw failure(failure_kind::unknown, fmt::format("cannot read the package repository {}: {}",
                                                     directory_.string(), problem_code.message()));
  }
  json::document result = json::make_array();
  auto& memory = result.GetAllocator();
  for (auto& [name, versions] : by_name) {
    std::sort(versions.begin(), versions.end(), [](const auto& left, const auto& right) {
      return version_before(right.version, left.version);
    });
    json::value latest(rapidjson::kArrayType);
    for (const package_name& one : versions) {
      if (static_cast<int>(latest.Size()) >= recency) break;
      json::value version(rapidjson::kObjectType);
      json::set(version, "version", one.version, memory);
      json::set(version, "file", one.file(), memory);
      latest.PushBack(version, memory);
    }
    json::value package(rapidjson::kObjectType);
    json::set(package, "name", name, memory);
    json::set(package, "latest_versions", std::move(latest), memory);
    result.PushBack(package, memory);
  }
  return result;
}

void directory_repository::fetch(const std::string& package, const std::string&,
                                 const std::function<void(std::string_view)>& receive,
                                 cancellation& cancel) {
  const auto path = directory_ / (package + ".tar.gz");
  // O_NONBLOCK: a pipe that somebody put here must not hold the worker.
  const file_descriptor opened(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!opened.valid() || ::fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw failure(failure_kind::not_found,
                  fmt::format("the package repository {} has no readable file {}",
                              directory_.string(), path.filename().string()));
  }
  std::array<char, 65536> buffer{};
  for (;;) {
    cancel.check();
    const ssize_t count = ::read(opened.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw std::system_error(errno, std::generic_category(), "cannot read " + path.string());
    }
    if (count == 0) return;
    receive({buffer.data(), static_cast<std::size_t>(count)});
  }
}

directory_repository::stored directory_repository::store(
    const std::string& file, const std::function<void(const receiver&)>& send,
    const upload_limits& limits, const std::function<void()>& before_naming) {
  require_space(directory_, 0, limits.reserve_bytes);
  unfinished_file upload(directory_, upload_prefix);
  std::uint64_t size = 0;
  send([&](std::string_view piece) {
    size += piece.size();
    if (size > limits.file_bytes) {
      throw failure(
          failure_kind::too_large,
          fmt::format("{} is larger than limits.package_bytes = {}", file, limits.file_bytes));
    }
    require_space(directory_, piece.size(), limits.reserve_bytes);
    upload.write(piece);
  });
  if (size == 0) {
    throw failure(failure_kind::failed_validation, fmt::format("{} has no content", file));
  }
  upload.make_durable();  // here, so that nobody waits for a large one
  {
    const std::lock_guard naming(naming_);
    if (!contains(file)) {
      before_naming();
      if (upload.publish_if_absent(directory_ / file)) return stored::made;
    }
  }
  if (same_content(upload.path(), directory_ / file)) return stored::same_content;
  throw failure(
      failure_kind::conflicting_state,
      fmt::format("{} is already in the repository with other content; give the package a "
                  "new version, or delete the file first",
                  file));
}

void directory_repository::remove(const std::string& file) {
  if (::unlink((directory_ / file).c_str()) == 0) return;
  if (errno == ENOENT) {
    throw failure(
        failure_kind::not_found,
        fmt::format("{} is not in the repository; GET /repository/packages lists what is", file));
  }
  throw std::system_error(errno, std::generic_category(), "cannot delete " + file);
}

std::optional<std::uint64_t> directory_repository::bytes_of(const std::string& package) const {
  std::error_code absent;
  const auto size = std::filesystem::file_size(directory_ / (package + ".tar.gz"), absent);
  return absent ? std::nullopt : std::optional<std::uint64_t>(size);
}

std::uint64_t directory_repository::bytes_of_all(const std::vector<std::string>& files) const {
  std::uint64_t bytes = 0;
  for (const std::string& file : files) {
    std::error_code gone;
    const auto size = std::filesystem::file_size(directory_ / file, gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

std::optional<directory_repository::file_facts> directory_repository::facts_of(
    const std::string& file) const {
  struct stat status {};
  if (::lstat((directory_ / file).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  constexpr std::int64_t second = 1'000'000'000;
  return file_facts{status.st_size, status.st_mtim.tv_sec * second + status.st_mtim.tv_nsec};
}

bool directory_repository::contains(const std::string& file) const {
  std::error_code ignored;
  return std::filesystem::is_regular_file(directory_ / file, ignored);
}

}  // namespace manager
