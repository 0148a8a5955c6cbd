// A Flink installation on this node: where it is and which version, read from its jar names (no
// process is started).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"

namespace dm::flink {

struct version {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string text;  // "1.20.5"
  auto operator<=>(const version& other) const {
    if (auto c = major <=> other.major; c != 0) return c;
    if (auto c = minor <=> other.minor; c != 0) return c;
    return patch <=> other.patch;
  }
  bool operator==(const version& other) const {
    return major == other.major && minor == other.minor && patch == other.patch;
  }
};

// "1.20.5", "2.0.2", also with a suffix ("1.20.5-vendor3"). INVALID_ARGUMENT otherwise.
result<version> parse_version(std::string_view text);
// From lib/flink-dist*.jar. NOT_FOUND: no such installation; FAILED_PRECONDITION: two versions side
// by side.
result<version> installed_version(const std::string& flink_home);
// The version that a wanted prefix ("1.20") accepts (D-2).
bool version_has_prefix(const version& installed, std::string_view prefix);
// opt/ or lib/ jar that PyFlink needs; NOT_FOUND when the installation has none.
result<std::string> python_jar(const std::string& flink_home);
// <artifact>-<version>.jar directly in that directory, of several the last by name; empty: none, or
// there is no such directory.
std::string jar_in(const std::string& directory, std::string_view artifact);

}  // namespace dm::flink
