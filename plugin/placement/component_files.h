// What a component has on this node: its directory, the submission slots of its namespace, its
// program file. Everything appears whole under its name and is made or removed under a lock on the
// application's directory (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/guard_spec.h"
#include "input/component_data.h"
#include "input/settings.h"
#include "io/file.h"
#include "io/http.h"
#include "package/client_configuration.h"
#include "package/component_layout.h"
#include "placement/account.h"

namespace dm::placement {

// Whoever makes or removes files of an application holds this: an exclusive lock on the
// application's directory, and a shared one on the namespace's. The kernel gives both back when
// their holder dies.
class application_lock {
 public:
  // Makes the two directories where missing. Waits for other holders as long as the operation may.
  static result<application_lock> take(const input::settings& settings, io::http_client& wait,
                                       const io::operation& op,
                                       const component::component_name& name);
  // nullopt: there is no such directory.
  static result<std::optional<application_lock>> take_existing(
      const input::settings& settings, io::http_client& wait, const io::operation& op,
      const component::component_name& name);

  int application() const { return application_.get(); }
  int name_space() const { return name_space_.get(); }

 private:
  application_lock(io::unique_fd name_space, io::unique_fd application)
      : name_space_(std::move(name_space)), application_(std::move(application)) {}
  static result<std::optional<application_lock>> lock(const input::settings& settings,
                                                      io::http_client& wait,
                                                      const io::operation& op,
                                                      const component::component_name& name,
                                                      bool make);

  io::unique_fd name_space_;
  io::unique_fd application_;
};

struct component_content {
  std::string staged_path;             // the package's component folder
  std::vector<std::string> top_level;  // names of the entries in it
  std::string application_properties;
  // nullopt: the client has no configuration directory of its own.
  std::optional<package::client_configuration> configuration;
  component::guard_spec spec;
  input::component_data data;
};

// The guard.json of the component's directory. nullopt: there is no directory. FAILED_PRECONDITION:
// there is one, and it is not one that create made.
result<std::optional<component::guard_spec>> placed_spec(const package::component_layout& layout,
                                                         const application_lock& lock);

// Builds the component's directory beside its place and renames it there. ALREADY_EXISTS: there is
// one. On failure, and when the operation ends before it, nothing is left.
result<void> place_component_directory(const io::operation& op,
                                       const package::component_layout& layout,
                                       const application_lock& lock,
                                       const component::component_name& name,
                                       const account& account, const component_content& content);
// Writes guard.json and data.json again where they say something else: settings of the node change,
// the component does not.
result<bool> refresh_node_files(const package::component_layout& layout, const account& account,
                                const component::guard_spec& spec,
                                const input::component_data& data,
                                const std::optional<package::client_configuration>& configuration);
// The files slot-0 ... that clients lock, world-readable and nobody's to change (D-31). Existing
// ones stay.
result<void> place_submission_slots(const input::settings& settings, const application_lock& lock);

// For its owner and the group of supervisord's directory alone.
result<void> write_program_file(const std::string& program_file, const std::string& content);
std::optional<std::string> read_program_file(
    const package::component_layout& layout);  // nullopt: absent or unreadable
result<bool> remove_program_file(const package::component_layout& layout);  // false: was not there

// Removes the component's directory and what an interrupted create or destroy left beside it. Ended
// by the operation (DM-19) it leaves what is no component any more, for its repetition.
result<bool> remove_component_directory(const io::operation& op, const application_lock& lock,
                                        const component::component_name& name);
// The component of which an interrupted create or destroy has left this entry of the application's
// directory; nullopt: it is none of these. Whoever makes or removes holds the lock, so one that is
// there under the lock is nobody's.
std::optional<std::string> component_of_remains(std::string_view entry);
// Removes the application's and the namespace's directories where nothing is in them any more, and
// gives the lock back. Without a lock there is no application's directory.
result<void> remove_empty_parents(const input::settings& settings, const io::operation& op,
                                  std::optional<application_lock> lock,
                                  const component::component_name& name);

// FAILED_PRECONDITION when the data names another directory or program file than the settings lead
// to. Before any verb touches either: the data comes from outside, and must not lead it elsewhere
// (INV-8).
result<void> check_places(const input::settings& settings, const input::component_data& data);

// All of it: the program file first, so that supervisord does not start what has no files, then the
// rest. Absent is fine: false. supervisord is to be told afterwards (supervisor::apply).
// FAILED_PRECONDITION: the data names another place than the settings.
// keep_logs: the logs wait for the next create (kept_logs.h); else they go, those that waited too.
result<bool> remove_component_files(const input::settings& settings, io::http_client& wait,
                                    const io::operation& op, const input::component_data& data,
                                    bool keep_logs = false);

}  // namespace dm::placement
