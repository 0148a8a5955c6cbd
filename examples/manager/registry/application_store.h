// Applications and their components as the registry keeps them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/database.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// Words that clients see.
namespace application_state {
inline constexpr const char* not_created = "NOTCREATED";
inline constexpr const char* creating = "CREATING";
inline constexpr const char* created = "CREATED";
inline constexpr const char* starting = "STARTING";
inline constexpr const char* started = "STARTED";
inline constexpr const char* stopping = "STOPPING";
inline constexpr const char* destroying = "DESTROYING";
}  // namespace application_state

struct application_record {
  std::string name;
  std::string state = application_state::not_created;
  std::optional<std::string> information;
  std::string package;
  std::string user;       // the owner, whom the application runs as
  std::string overrides;  // JSON: the request's body and "user"
  std::string defaults;   // JSON: {type: {component: properties.json}}
  /// The last operation that was accepted or ended, which `information` is about; empty: none yet.
  std::string operation = {};
  std::string operation_verb = {};
  std::int64_t informed_at = 0;  // ms since 1970
};

/// A row exists from the moment something of the component may exist, so that a destroy finds it.
struct component_record {
  std::string application;
  int position = 0;
  std::string type;
  std::string name;
  std::optional<std::string> data;  // JSON that create returned
  std::string descriptors = "{}";   // JSON: {"hdfs.json": [...]}
  std::string desired = "STOPPED";  // what the plugin said is wanted of it: RUNNING or STOPPED
};

/// Empty members do not restrict.
struct application_filter {
  std::string state = {};  // empty: those that exist for clients, neither NOTCREATED nor CREATING
  std::string package = {};
  std::string user = {};
  std::string prefix = {};  // of the name
};

class application_store {
 public:
  explicit application_store(database& registry) : registry_(registry) {}

  std::optional<application_record> find(const std::string& name);
  /// In the order of names, those beyond `after`, at most `limit` (or no_limit); without overrides
  /// and defaults.
  std::vector<application_record> list(const application_filter& filter, const std::string& after,
                                       std::int64_t limit);
  /// How many of those that exist for clients are in each state.
  std::map<std::string, std::int64_t> count_by_state();
  void put(const application_record& record);
  void set_state(const std::string& name, const std::string& state,
                 const std::optional<std::string>& information);
  /// From now on `information` is this operation's.
  void set_operation(const std::string& name, const std::string& operation, const std::string& verb,
                     std::int64_t now);
  /// Types of all components that have rows, in order: whose plugins are needed.
  std::vector<std::string> types();
  /// Beside what goes on with a savepoint the state stays; while something else is under way, that
  /// one's word is more important, and nothing is written.
  void set_settled_information(const std::string& name, const std::string& information);
  /// With its components.
  void erase(const std::string& name);

  std::vector<component_record> components(const std::string& application);
  /// All components of applications that exist for clients.
  std::vector<component_record> components_of_all();
  /// All rows, those of applications too that are being created or could not be: what may exist.
  std::vector<component_record> rows_of_all_components();
  void put_component(const component_record& record);
  void set_desired(const component_record& record, const std::string& desired);
  void set_descriptors(const component_record& record, const std::string& descriptors);
  void erase_component(const component_record& record);

  /// descriptors of every component of every other application: what must not be deleted under
  /// them.
  std::vector<std::string> descriptors_of_others(const std::string& application);
  /// The components of the user's other applications.
  std::vector<component_record> components_of_others(const std::string& application,
                                                     const std::string& user);

 private:
  database& registry_;
};

}  // namespace manager
