// The commands: dmctl VERB [NOUN] NAME…, where the noun is needed if the verb knows several. What
// each takes, what completes it, and what it does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/session.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace dmctl {

/// What a value is, for completion.
enum class value_kind {
  text,
  file,
  application,
  created_application,
  started_application,
  package,
  deployed_package,
  savepoint,
  restore_point,  // those that a job may go on from
  pinned_savepoint,
  unpinned_savepoint,
  component,
  operation,
  running_operation,  // those that have not ended
  fleet_operation,
  running_fleet_operation,
  fleet_stop,  // those whose components can be started
  context,
  incident,
  source
};

class command_tree {
 public:
  using action = std::function<exit_code(session&)>;

  /// `options` outlive it, and are filled in by a parse.
  explicit command_tree(common_options& options);
  command_tree(const command_tree&) = delete;
  command_tree& operator=(const command_tree&) = delete;

  CLI::App& root() { return root_; }
  const CLI::App& root() const { return root_; }
  /// A verb; the first of `names` is its own, the others are read too. They are listed in help
  /// under `group`.
  CLI::App& verb(const std::vector<std::string>& names, const std::string& description,
                 const std::string& group);
  CLI::App& noun(CLI::App& verb, const std::vector<std::string>& names,
                 const std::string& description);
  void does(CLI::App& command, action what) { actions_[&command] = std::move(what); }

  CLI::Option& needs(CLI::App& command, const std::string& name, std::string& value,
                     const std::string& description, value_kind kind = value_kind::text);
  CLI::Option& takes(CLI::App& command, const std::string& name, std::string& value,
                     const std::string& description, value_kind kind = value_kind::text);
  CLI::Option& takes_one_of(CLI::App& command, const std::string& name, std::string& value,
                            const std::string& description, const std::vector<std::string>& words);
  /// May be given several times.
  CLI::Option& takes_many(CLI::App& command, const std::string& name,
                          std::vector<std::string>& values, const std::string& description,
                          value_kind kind = value_kind::text);
  void takes_page(CLI::App& command, std::string& limit, std::string& after, int most = 1000);

  value_kind kind_of(const CLI::Option* option) const;
  std::vector<std::string> words_of(const CLI::Option* option) const;

  /// Throws CLI::ParseError. Returns what was asked for; nothing: a verb without its noun.
  const action* parse(int argc, const char* const* argv);
  /// The innermost command of the last parse, for help.
  const CLI::App& innermost() const;
  /// What the user has typed for this place in the body or query of its request: "--limit" for
  /// "limit", "flink/stream.a" for "$.flink.stream.a", as --set takes it.
  std::string shown_place(const std::string& path) const;

 private:
  void add_common(common_options& options);

  CLI::App root_;
  std::map<const CLI::App*, action> actions_;
  std::map<const CLI::Option*, value_kind> kinds_;
  std::map<const CLI::Option*, std::vector<std::string>> words_;
};

/// Each file adds the commands of its subject.
void add_package_commands(command_tree& tree);
void add_application_commands(command_tree& tree);
void add_application_view_commands(command_tree& tree);
void add_version_commands(command_tree& tree);
void add_savepoint_commands(command_tree& tree);
void add_log_commands(command_tree& tree);
void add_diagnosis_commands(command_tree& tree);
void add_figure_commands(command_tree& tree);
void add_operation_commands(command_tree& tree);
void add_fleet_commands(command_tree& tree);
void add_doctor_commands(command_tree& tree);
void add_context_commands(command_tree& tree);
void add_completion_commands(command_tree& tree);
void add_all_commands(command_tree& tree);

/// list, show, remove and so on, to which several files add nouns.
CLI::App& verb_list(command_tree& tree);
CLI::App& verb_show(command_tree& tree);
CLI::App& verb_remove(command_tree& tree);

}  // namespace dmctl
