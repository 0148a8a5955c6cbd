// The options of one submission: identity, restore point, and where its state goes.
// SPDX-License-Identifier: Apache-2.0
#include "flink/command_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace dm::flink {
namespace {

// 1.15 introduced the choice (--restoreMode), 1.20 renamed it; before, "legacy" is what always
// happens.
void add_claim_mode(command_builder& builder, const std::string& claim_mode) {
  if (claim_mode != "claim" && claim_mode != "no_claim" && claim_mode != "legacy") {
    builder.refuse("$.claim_mode", claim_mode, "claim, no_claim or legacy");
  } else if (at_least(builder.flink(), 1, 20)) {
    builder.option("--claimMode", claim_mode, "$.claim_mode");
  } else if (at_least(builder.flink(), 1, 15)) {
    builder.option("--restoreMode", claim_mode, "$.claim_mode");
  } else if (claim_mode != "legacy") {
    builder.refuse("$.claim_mode", claim_mode,
                   fmt::format("legacy or nothing: Flink {} has no other", builder.flink().text));
  }
}

void add_name(command_builder& builder, const std::string& name) {
  const bool looks_like_an_option = name.front() == '-' || name.front() == '"';
  if (main_in_cluster(builder.mode()) || looks_like_an_option) {
    builder.property("yarn.application.name", name, "$.application_name");
  } else {
    builder.option("-ynm", name, "$.application_name");
  }
}

}  // namespace

result<std::vector<std::string>> render_incarnation(const version& version, submission_mode mode,
                                                    const incarnation_options& options) {
  if (auto possible = check_mode(version, mode); !possible)
    return fail(std::move(possible.error()));
  command_builder builder(version, mode);
  for (const std::string& tag : options.tags) {
    if (tag.empty() || tag.find(',') != std::string::npos) {
      builder.refuse("$.tags", tag, "a tag that is not empty and has no comma");
    }
  }
  builder.property("yarn.tags", fmt::format("{}", fmt::join(options.tags, ",")), "$.tags");
  if (!options.application_name.empty()) add_name(builder, options.application_name);
  // YARN's own second attempt would start from the restore point of the first one, whatever was
  // completed since.
  builder.property("yarn.application-attempts", "1", "$");
  for (const auto& [key, value] : options.configuration)
    builder.property(key, value, "$.configuration");
  if (!options.restore_path.empty()) {
    builder.option("-s", options.restore_path, "$.restore_path");
    if (options.allow_non_restored_state) builder.word("-n");
    if (!options.claim_mode.empty()) add_claim_mode(builder, options.claim_mode);
  }
  return builder.take("the options of this incarnation");
}

result<std::vector<std::string>> substitute_incarnation(
    const std::vector<std::string>& command, const std::vector<std::string>& incarnation) {
  const auto count = std::count(command.begin(), command.end(), incarnation_placeholder);
  if (count != 1) {
    return fail(status_code::invalid_argument,
                fmt::format("the command has {} {} times instead of once: it was not written by "
                            "this project, or changed "
                            "by hand",
                            incarnation_placeholder, count),
                "create the component again");
  }
  std::vector<std::string> argv;
  argv.reserve(command.size() + incarnation.size());
  for (const std::string& word : command) {
    if (word == incarnation_placeholder) {
      argv.insert(argv.end(), incarnation.begin(), incarnation.end());
    } else {
      argv.push_back(word);
    }
  }
  return argv;
}

}  // namespace dm::flink
