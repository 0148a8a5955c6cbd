// Names for completion.
// SPDX-License-Identifier: Apache-2.0
#include "client/completion_names.h"

#include "client/member.h"

#include <fmt/format.h>

namespace dmctl {
namespace {

using candidates = std::vector<candidate>;

// Behind a name, what tells it from others; no end of a line gets into what the shell reads.
void add(candidates& into, const std::string& name, const std::string& meaning) {
  if (name.empty() || name.find_first_of("\n\t\r") != std::string::npos) return;
  std::string line = meaning.substr(0, meaning.find_first_of("\n\t\r"));
  into.push_back({name, std::move(line)});
}

candidates applications(server& manager, const std::string& status) {
  candidates found;
  each_member(
      manager.get(
          target({"applications"}, {{"view", "status"}, {"status", status}, {"limit", "1000"}})),
      [&](const std::string& name, const json::value& one) {
        add(found, name,
            fmt::format("{}, {}", text_member(one, "status"), text_member(one, "package_name")));
      });
  return found;
}

candidates deployed_packages(server& manager) {
  candidates found;
  each_member(manager.get(target({"packages"}, {{"view", "status"}, {"limit", "1000"}})),
              [&](const std::string& name, const json::value& one) {
                add(found, name, text_member(one, "status"));
              });
  return found;
}

candidates packages(server& manager) {
  candidates found;
  const json::document all =
      manager.get(target({"repository", "packages"}, {{"recency", "20"}, {"limit", "1000"}}));
  if (!all.IsArray()) return found;
  // What is deployed already cannot be deployed.
  const json::document deployed =
      manager.get(target({"packages"}, {{"view", "status"}, {"limit", "1000"}}));
  for (const auto& one : all.GetArray()) {
    each_of(one, "latest_versions", [&](const json::value& version) {
      const std::string name = text_member(one, "name") + "-" + text_member(version, "version");
      if (json::find(deployed, name) == nullptr) add(found, name, "");
    });
  }
  return found;
}

bool is_of_savepoints(value_kind kind) {
  return kind == value_kind::savepoint || kind == value_kind::restore_point ||
         kind == value_kind::pinned_savepoint || kind == value_kind::unpinned_savepoint;
}

candidates of_application(server& manager, value_kind kind, const given_words& before) {
  const std::string& application = before.positionals.front();
  candidates found;
  if (is_of_savepoints(kind)) {
    const char* const states = kind == value_kind::restore_point ? "COMPLETED,DISCOVERED" : "";
    const json::document told = manager.get(target({"applications", application, "savepoints"},
                                                   {{"verify", "false"}, {"state", states}}));
    each_of(told, "savepoints", [&](const json::value& one) {
      if (!before.component.empty() && text_member(one, "component") != before.component) return;
      const bool pinned = flag_member(one, "pinned");
      if (kind == value_kind::pinned_savepoint && !pinned) return;
      if (kind == value_kind::unpinned_savepoint && pinned) return;
      add(found, text_member(one, "id"),
          fmt::format("{}, {}", text_member(one, "component"), text_member(one, "state")));
    });
  } else if (kind == value_kind::component) {
    const json::document told = manager.get(target({"applications", application, "components"}));
    if (!told.IsArray()) return found;
    for (const auto& one : told.GetArray()) {
      add(found, text_member(one, "component"), text_member(one, "type"));
    }
  } else {
    const char* const list = kind == value_kind::incident ? "incidents" : "logs";
    const char* const member = kind == value_kind::incident ? "incidents" : "sources";
    const json::document told =
        manager.get(target({"applications", application, list}, {{"component", before.component}}));
    each_of(told, "components", [&](const json::value& component) {
      each_of(component, member, [&](const json::value& one) {
        add(found, text_member(one, "id"),
            kind == value_kind::incident ? text_member(one, "class") : text_member(one, "state"));
      });
    });
  }
  return found;
}

void add_operations(server& manager, const std::string& status, candidates& found) {
  const json::document told =
      manager.get(target({"operations"}, {{"status", status}, {"limit", "30"}}));
  each_of(told, "operations", [&](const json::value& one) {
    add(found, text_member(one, "id"),
        fmt::format("{} {}, {}", text_member(one, "verb"), text_member(one, "object"),
                    text_member(one, "status")));
  });
}

candidates operations(server& manager) {
  candidates found;
  add_operations(manager, "", found);
  return found;
}

candidates running_operations(server& manager) {
  candidates found;
  for (const char* status : {"RUNNING", "CANCELLING", "QUEUED"})
    add_operations(manager, status, found);
  return found;
}

candidates fleet_operations(server& manager, value_kind kind) {
  candidates found;
  const json::document told = manager.get(target({"fleet", "operations"}, {{"limit", "30"}}));
  each_of(told, "operations", [&](const json::value& one) {
    const bool goes_on = json::find(one, "ended_at") == nullptr;
    if (kind == value_kind::running_fleet_operation && !goes_on) return;
    if (kind == value_kind::fleet_stop && (goes_on || text_member(one, "verb") != "stop")) return;
    add(found, text_member(one, "id"),
        fmt::format("{} {}: {}", text_member(one, "verb"), text_member(one, "status"),
                    text_member(one, "summary")));
  });
  return found;
}

candidates known_contexts() {
  candidates found;
  for (const auto& [name, one] : read_contexts(contexts_file()).known) {
    add(found, name, shown_address(one));
  }
  return found;
}

}  // namespace

candidates names_of(session& with, value_kind kind, const given_words& before) {
  try {
    switch (kind) {
      case value_kind::application:
        return applications(with.manager(), "");
      case value_kind::created_application:
        return applications(with.manager(), "CREATED");
      case value_kind::started_application:
        return applications(with.manager(), "STARTED");
      case value_kind::deployed_package:
        return deployed_packages(with.manager());
      case value_kind::package:
        return packages(with.manager());
      case value_kind::operation:
        return operations(with.manager());
      case value_kind::running_operation:
        return running_operations(with.manager());
      case value_kind::fleet_operation:
      case value_kind::running_fleet_operation:
      case value_kind::fleet_stop:
        return fleet_operations(with.manager(), kind);
      case value_kind::context:
        return known_contexts();
      case value_kind::savepoint:
      case value_kind::restore_point:
      case value_kind::pinned_savepoint:
      case value_kind::unpinned_savepoint:
      case value_kind::component:
      case value_kind::incident:
      case value_kind::source:
        if (before.positionals.empty()) return {};
        return of_application(with.manager(), kind, before);
      case value_kind::text:
      case value_kind::file:
        break;
    }
  } catch (const problem&) {
    // Nobody to ask, or no time: people type it.
  }
  return {};
}

}  // namespace dmctl
