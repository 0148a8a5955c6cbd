// The file `release` of a Java installation.
// SPDX-License-Identifier: Apache-2.0
#include "package/java_release.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "io/file.h"

namespace dm::package {

namespace {

constexpr std::size_t largest_release_file = std::size_t{64} << 10;

}  // namespace

int java_release_in(std::string_view release_file) {
  constexpr std::string_view key = "JAVA_VERSION=\"";
  while (!release_file.empty()) {
    const std::size_t end = std::min(release_file.find('\n'), release_file.size());
    std::string_view line = release_file.substr(0, end);
    release_file.remove_prefix(std::min(end + 1, release_file.size()));
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (line.starts_with("1.")) line.remove_prefix(2);
    int release = 0;
    const auto [stopped, code] = std::from_chars(line.data(), line.data() + line.size(), release);
    return code == std::errc() && release >= 1 && release <= 1'000 ? release : 0;
  }
  return 0;
}

int java_release_at(const std::string& java_home) {
  if (java_home.empty()) return 0;
  std::error_code failed;
  // JAVA_HOME is a link on many systems, and so is its release file on some.
  const auto path = std::filesystem::canonical(java_home + "/release", failed);
  if (failed) return 0;
  const auto text = io::read_file(path.string(), largest_release_file);
  return text ? java_release_in(*text) : 0;
}

}  // namespace dm::package
