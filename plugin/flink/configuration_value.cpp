// The rules of org.apache.flink.configuration.GlobalConfiguration up to 1.20, where it reads
// flink-conf.yaml.
// SPDX-License-Identifier: Apache-2.0
#include "flink/configuration_value.h"

#include "flink/application_configuration.h"

#include <fmt/format.h>

#include <algorithm>

namespace dm::flink {
namespace {

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool has_blank_at_an_end(std::string_view text) {
  return !text.empty() && (text.front() == ' ' || text.back() == ' ');
}

// YARN's keys say how to submit, and where the client runs the program it also hands Python's
// settings to it.
bool read_by_the_client(submission_mode mode, std::string_view key) {
  return key.starts_with("yarn.") || (!main_in_cluster(mode) && key.starts_with("python."));
}

std::string reason_of_the_old_file(const version& version, std::string_view text) {
  if (version.major >= 2) return {};
  if (text.find('#') != std::string_view::npos) {
    return fmt::format("no '#': Flink {} cuts what follows it", version.text);
  }
  if (has_blank_at_an_end(text)) {
    return fmt::format("no blank at its beginning or end: Flink {} removes it", version.text);
  }
  return {};
}

}  // namespace

std::string configuration_value_reason(const version& version, submission_mode mode,
                                       std::string_view key, std::string_view value) {
  if (has_control_character(value))
    return "no control character: it would end the line in Flink's configuration file";
  return read_by_the_client(mode, key) ? std::string() : reason_of_the_old_file(version, value);
}

std::string program_argument_reason(const version& version, submission_mode mode,
                                    std::string_view argument) {
  if (mode == submission_mode::direct) return direct_argument_reason(version, argument);
  if (mode != submission_mode::application) return {};
  if (has_control_character(argument)) {
    return "no control character in application mode: it would end the line in Flink's "
           "configuration file";
  }
  return reason_of_the_old_file(version, argument);
}

}  // namespace dm::flink
