// The components of a namespace, as the host, this node and HDFS know them.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/known_components.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "placement/placed_data.h"

namespace dm::housekeeping {

using component::component_name;
using context::session;

namespace {

struct by_name {
  bool operator()(const component_name& one, const component_name& other) const {
    return std::tie(one.name_space, one.application, one.component) <
           std::tie(other.name_space, other.application, other.component);
  }
};
using component_map = std::map<component_name, known_component, by_name>;

known_component& component_in(component_map& components, const input::settings& settings,
                              const component_name& name) {
  known_component& one = components[name];
  if (!one.data.id.empty()) return one;
  one.data.name = name;
  one.data.id = component::component_id(name);
  one.data.program = component::program_name(name);
  one.data.state_root = settings.state_root;
  // Nobody says that it can do without its state.
  one.data.state = component::state_policy::required;
  return one;
}

void take_records(component_map& components, const input::settings& settings,
                  const std::vector<host_record>& records) {
  for (const host_record& record : records) {
    known_component& one = component_in(components, settings, record.name);
    one.recorded = true;
    if (!record.data) continue;
    one.data = *record.data;
    one.has_data = true;
  }
}

result<void> take_placed(component_map& components, const input::settings& settings,
                         const io::operation& op, const std::string& name_space) {
  auto placed = placement::find_placed(settings, op, {name_space, "", ""});
  if (!placed) return fail(std::move(placed.error()));
  for (placement::placed_component& found : *placed) {
    known_component& one = component_in(components, settings, found.name);
    one.on_node = true;
    if (one.data.node.empty()) one.data.node = settings.node;
    if (found.failure) one.unreadable = found.failure->message;
    if (one.has_data || !found.data) continue;
    one.data = std::move(*found.data);
    one.has_data = true;
  }
  return {};
}

// The process's own account, where no component names one.
std::string own_account() {
  std::vector<char> buffer(16384);
  struct passwd found {};
  struct passwd* entry = nullptr;
  if (::getpwuid_r(::geteuid(), &found, buffer.data(), buffer.size(), &entry) != 0 ||
      entry == nullptr)
    return "root";
  return found.pw_name;
}

// What stands below the state root: <namespace>/<application>/<component>. The namespace's
// directory is everybody's to list, an application's its owner's.
result<void> take_stored(component_map& components, session& session, const io::operation& op,
                         const std::string& name_space, const std::string& reader) {
  const input::settings& settings = session.settings();
  const std::string root = settings.state_root + "/" + name_space;
  auto applications = session.hdfs_for(reader).list(op, root);
  if (!applications) {
    if (applications.error().code == status_code::not_found) return {};
    return fail(std::move(applications.error()));
  }
  for (const cluster::file_status& application : *applications) {
    if (!application.directory || application.owner.empty()) continue;
    if (!component::check_name({name_space, application.name, "c"}).empty()) continue;
    auto listed = session.hdfs_for(application.owner).list(op, root + "/" + application.name);
    if (!listed) {
      if (listed.error().code == status_code::not_found) continue;
      return fail(std::move(listed.error()));
    }
    for (const cluster::file_status& entry : *listed) {
      const component_name name{name_space, application.name, entry.name};
      if (!entry.directory || !component::check_name(name).empty()) continue;
      known_component& one = component_in(components, settings, name);
      // A component that was made under another state root has its log there.
      if (one.has_data && one.data.state_root != settings.state_root) continue;
      one.on_hdfs = true;
      if (one.data.user.empty()) one.data.user = entry.owner;
    }
  }
  return {};
}

}  // namespace

const known_component* known_components::find(const component_name& name) const {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const known_component& one) { return one.name() == name; });
  return found == all.end() ? nullptr : &*found;
}

const known_component* known_components::by_id(std::string_view id) const {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const known_component& one) { return one.data.id == id; });
  return found == all.end() ? nullptr : &*found;
}

std::string reader_of(const known_components& components) {
  return components.users.empty() ? own_account() : *components.users.begin();
}

known_components find_components(session& session, const io::operation& op,
                                 const inspect_request& request) {
  const input::settings& settings = session.settings();
  component_map components;
  known_components known;
  const auto note_users = [&] {
    for (const auto& [name, one] : components) {
      if (!one.data.user.empty()) known.users.insert(one.data.user);
    }
  };
  take_records(components, settings, request.records);
  if (auto taken = take_placed(components, settings, op, request.name_space); !taken)
    known.node_failure = std::move(taken.error());
  note_users();
  if (auto taken = take_stored(components, session, op, request.name_space, reader_of(known));
      !taken)
    known.hdfs_failure = std::move(taken.error());
  note_users();
  for (auto& [name, one] : components) known.all.push_back(std::move(one));
  return known;
}

}  // namespace dm::housekeeping
