// Collects the words of a flink command, and everything that is wrong with them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "flink/dialect.h"

namespace dm::flink {

inline bool at_least(const version& version, int major, int minor) {
  return version.major > major || (version.major == major && version.minor >= minor);
}

// UNIMPLEMENTED, with what to use instead, where the version is not known or has no such mode.
result<void> check_mode(const version& version, submission_mode mode);

class command_builder {
 public:
  command_builder(const version& version, submission_mode mode) : version_(version), mode_(mode) {}

  void word(std::string_view text) { argv_.emplace_back(text); }

  // An option with its value. A value that looks like an option would be read as one (commons-cli),
  // and one that begins with a quote would lose it.
  void option(std::string_view name, std::string_view value, std::string_view path);

  // A Flink key: -yD for the YARN command line of 1.x, -D for the generic one. Each ignores the
  // other's silently.
  void property(std::string_view key, std::string_view value, std::string_view path);

  // A key that words added by hand set: it counts where keys are compared.
  void note_key(std::string_view key) { keys_.emplace(key); }

  // `path` is the submission's member ("$.main_jar"), `allowed` what it may be.
  void refuse(std::string_view path, std::string_view found, std::string allowed);

  // Problems where one key is the beginning of another one and the version cannot have both.
  void check_nesting();

  // The argv, or INVALID_ARGUMENT with all problems; `what` completes "cannot write <what>".
  result<std::vector<std::string>> take(std::string_view what);

  std::string_view property_option() const { return main_in_cluster(mode_) ? "-D" : "-yD"; }
  const version& flink() const { return version_; }
  submission_mode mode() const { return mode_; }

 private:
  const version& version_;
  submission_mode mode_;
  std::vector<std::string> argv_;
  std::vector<problem> problems_;
  std::set<std::string> keys_;
};

}  // namespace dm::flink
