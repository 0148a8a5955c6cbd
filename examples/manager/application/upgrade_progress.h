// How far an upgrade is, as the journal keeps it: whoever takes it up after a crash reads here what
// to do next, and what is needed for going back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/application_store.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

/// In their order; those from stop_new on are the roll-back. Each may be repeated from its
/// beginning.
enum class upgrade_phase {
  validate,    // the new version's files; nothing is touched before
  stop,        // with a savepoint
  remove_old,  // savepoints stay
  lay_out_new,
  start,     // until it runs, or its time is up
  stop_new,  // without a savepoint
  remove_new,
  lay_out_old,
  resume_old  // from the savepoint of the stop
};

std::string_view to_text(upgrade_phase phase);

/// What an application is made from.
struct application_version {
  std::string package;
  std::string overrides;  // as in application_record
  std::string defaults;
  std::string metadata;  // package_metadata as JSON

  application_record applied_to(application_record application) const;
};

/// What a stop has left of a component.
struct stop_savepoint {
  std::string type;
  std::string component;
  std::string id;
  std::string path;
};

struct upgrade_progress {
  upgrade_phase phase = upgrade_phase::validate;
  application_version from;
  application_version to;
  bool was_started = false;
  bool allow_non_restored_state = false;
  std::int64_t timeout_ms = 0;  // for the new version to run
  std::int64_t start_by = 0;    // ms since 1970; set when its start begins
  std::vector<stop_savepoint> savepoints;
  /// descriptors of the components as they were: what the Deployment Manager made in HDFS.
  std::vector<component_record> descriptors;
  /// Those that did not run when the upgrade began: what had ended by itself is not run once more,
  /// neither by the new version nor by the way back.
  std::vector<std::pair<std::string, std::string>> resting;  // type, component
  std::string why;  // of the roll-back; empty while there is none

  /// Which version is, or is being, laid out in this phase.
  const application_version& current() const;
  /// nullptr when the stop has taken none of that component.
  const stop_savepoint* savepoint_of(const component_record& component) const;
  bool rests(const component_record& component) const;
  void let_rest(const component_record& component);
};

std::string to_text(const upgrade_progress& progress);
/// Throws std::runtime_error when the text is none.
upgrade_progress upgrade_progress_from(const std::string& text);

}  // namespace manager
