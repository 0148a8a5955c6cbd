// Paths of the configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace manager {

/// Relative ones are relative to `base`; an empty text stays empty.
inline std::filesystem::path absolute_path(const std::string& text,
                                           const std::filesystem::path& base) {
  if (text.empty()) return {};
  const std::filesystem::path path(text);
  return (path.is_absolute() ? path : base / path).lexically_normal();
}

}  // namespace manager
