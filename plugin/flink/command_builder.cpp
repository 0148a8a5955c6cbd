// Words of a flink command that commons-cli reads back as they were meant. Seen on 1.13.6, 1.20.5
// and 2.3.0.
// SPDX-License-Identifier: Apache-2.0
#include "flink/command_builder.h"

#include "flink/configuration_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dm::flink {

result<void> check_mode(const version& version, submission_mode mode) {
  if (!known_version(version)) {
    return fail(status_code::unimplemented,
                fmt::format("Flink {} is not known; known are {}", version.text, known_versions()),
                "install one of the known versions, or set flink_home to one");
  }
  if (version.major >= 2 && !main_in_cluster(mode)) {
    // The client's own word for it is "The main method caused an error: null" (seen on 2.3.0).
    return fail(status_code::unimplemented,
                fmt::format("Flink {} cannot submit a program as \"{}\": 2.0 removed that",
                            version.text, to_string(mode)),
                "set component_flink_submission to \"application\"");
  }
  return {};
}

void command_builder::option(std::string_view name, std::string_view value, std::string_view path) {
  if (value.empty() || value.front() == '-' || value.front() == '"') {
    refuse(path, value, fmt::format("a value for {} that does not begin with '-' or '\"'", name));
  }
  word(name);
  word(value);
}

void command_builder::property(std::string_view key, std::string_view value,
                               std::string_view path) {
  const bool odd =
      key.empty() || key.front() == '-' || std::any_of(key.begin(), key.end(), [](char c) {
        return c == '=' || c == '#' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
      });
  if (odd) refuse(path, key, "a Flink key: no blank, no '=' and no '#', not beginning with '-'");
  if (std::string reason = configuration_value_reason(version_, mode_, key, value);
      !reason.empty()) {
    refuse(path, fmt::format("{}={}", key, value), std::move(reason));
  }
  note_key(key);
  word(property_option());
  word(fmt::format("{}={}", key, value));
}

void command_builder::refuse(std::string_view path, std::string_view found, std::string allowed) {
  problems_.push_back(
      {std::string(path), fmt::format("\"{}\"", first_line(found, 120)), std::move(allowed)});
}

// With config.yaml (1.19 and later, the only form since 2.0) the client nests the keys: of two such
// keys it drops one silently (seen: state.backend.incremental beside state.backend), or fails with
// a ClassCastException (seen: metrics.scope.tm.job before metrics.scope.tm), depending on the order
// of a hash map.
void command_builder::check_nesting() {
  if (!at_least(version_, 1, 19)) return;
  for (const std::string& key : keys_) {
    const std::string inside = key + ".";
    const auto next = keys_.lower_bound(inside);
    if (next == keys_.end() || !next->starts_with(inside)) continue;
    refuse("$.configuration", fmt::format("{} and {}", key, *next),
           fmt::format("not both: Flink {} loses one of two keys when one is the beginning of the "
                       "other; one of them has "
                       "a newer name (state.backend.type, metrics.scope.jm-job ...)",
                       version_.text));
  }
}

result<std::vector<std::string>> command_builder::take(std::string_view what) {
  if (problems_.empty()) return std::move(argv_);
  error e;
  e.code = status_code::invalid_argument;
  e.message = fmt::format("cannot write {} for Flink {} ({} problem{})", what, version_.text,
                          problems_.size(), problems_.size() == 1 ? "" : "s");
  e.details = std::move(problems_);
  return fail(std::move(e));
}

}  // namespace dm::flink
