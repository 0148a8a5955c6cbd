// Flink's changelog state backend.
// SPDX-License-Identifier: Apache-2.0
#include "flink/changelog.h"

#include <algorithm>

#include "flink/command_builder.h"

namespace dm::flink {

bool is_changelog_key(std::string_view key) {
  return key == "state.changelog.enabled" || key == "state.backend.changelog.enabled";
}

bool uses_changelog(const std::vector<std::string>& command) {
  return std::any_of(command.begin(), command.end(), [](std::string_view word) {
    if (word.starts_with("-D")) word.remove_prefix(2);
    const std::size_t equals = word.find('=');
    return equals != std::string_view::npos && is_changelog_key(word.substr(0, equals)) &&
           word.substr(equals + 1) == "true";
  });
}

std::optional<std::string> changelog_claim_mode(const version& version) {
  if (at_least(version, 2, 0)) return std::nullopt;
  return at_least(version, 1, 15) ? "legacy" : "";
}

}  // namespace dm::flink
