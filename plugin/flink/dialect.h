// A submission as argv, by Flink version and way of submission: the one table that knows options by
// version.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flink/installation.h"

namespace dm::flink {

// direct is the application mode without Flink's client: the guard submits by itself, and the
// command shows what the client would be told.
enum class submission_mode { per_job, attached, application, direct };

// Whether main() runs in the JobManager's container, so that the command is application mode's.
inline bool main_in_cluster(submission_mode mode) {
  return mode == submission_mode::application || mode == submission_mode::direct;
}

// "per-job", "attached", "application", "direct".
result<submission_mode> parse_submission_mode(std::string_view text);
std::string_view to_string(submission_mode mode);

// What is to be run, independent of the version.
struct submission {
  submission_mode mode = submission_mode::per_job;
  std::string flink_command;                                       // absolute path of bin/flink
  std::vector<std::pair<std::string, std::string>> configuration;  // Flink keys; order kept
  std::vector<std::string> extra_options;     // component_flink_config_args, already checked
  std::string parallelism;                    // empty: Flink's default
  std::vector<std::string> ship_directories;  // for application.properties (INV-6)
  std::string main_class;                     // empty: from the jar's manifest
  std::string main_jar;                       // absolute path; or
  std::string main_python;                    // absolute path
  std::vector<std::string> python_files;
  std::string python_executable;         // on the workers
  std::string python_client_executable;  // on this node
  std::vector<std::string> arguments;    // of the program
};

// The element of argv that the guard replaces at each submission.
inline constexpr std::string_view incarnation_placeholder = "@incarnation@";

// The whole argv with the placeholder in it. UNIMPLEMENTED / INVALID_ARGUMENT when the version has
// no such mode, with the mode to use instead; an unknown version is refused with the list of known
// ones.
result<std::vector<std::string>> render_command(const version& version,
                                                const submission& submission);

// What is different at each submission.
struct incarnation_options {
  std::vector<std::string> tags;
  std::string application_name;
  std::string restore_path;  // empty: start without state
  bool allow_non_restored_state = false;
  std::string claim_mode;  // "", "claim", "no_claim", "legacy"
  std::vector<std::pair<std::string, std::string>>
      configuration;  // checkpoint directory of this epoch ...
};
// What the placeholder becomes. INVALID_ARGUMENT for a claim mode the version does not have.
result<std::vector<std::string>> render_incarnation(const version& version, submission_mode mode,
                                                    const incarnation_options& options);

// The command that is started: the placeholder replaced. INVALID_ARGUMENT unless it occurs exactly
// once.
result<std::vector<std::string>> substitute_incarnation(
    const std::vector<std::string>& command, const std::vector<std::string>& incarnation);

bool known_version(const version& version);
std::string known_versions();  // "1.13 ... 1.20, 2.0 ... 2.3"

// component_flink_config_args split by blanks and quotes, each option checked against the version:
// those that the version no longer has (-yn, -yst), that this project sets itself (-d, -m, -t, -s,
// -ynm ...), or that set a reserved key (D-3) are problems that name what to use instead.
struct config_arguments {
  std::vector<std::string>
      options;  // for submission::extra_options, in the form that version and mode accept
  std::vector<problem> problems;
  // The Flink keys that the options set ("-yqu", "-ys", "-yjm", "-ytm", "-p" as the keys they stand
  // for), in order: to be compared with the properties that set the same ones.
  std::vector<std::pair<std::string, std::string>> configuration;
};
config_arguments check_config_arguments(const version& version, submission_mode mode,
                                        std::string_view text, std::string_view path);

// Whether a user may set this Flink key, else why not and which property to use (D-3). Empty:
// allowed.
std::string reserved_key_reason(std::string_view key);

}  // namespace dm::flink
