// Restore points of an application, as its plugins list them: nothing of them is kept here, so they
// are found again when the registry is lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct savepoint_filter {
  std::string component;            // empty: all
  std::vector<std::string> states;  // empty: what the plugin shows by itself
  std::string kind;                 // "savepoint", "checkpoint"; empty: both
  std::int64_t limit = 50;          // 1 ... 1000
  std::string after;                // the "next" of the page before, or, in one component, an id
  bool verify = true;               // the plugin looks at the files of the entries
};

/// States that a plugin of dm.savepoint/1 knows.
const std::vector<std::string>& savepoint_states();

/// {"savepoints": [restore point with "type" and "component", the newest first], "more"[, "next"],
/// "components": {"<component>": {"type", "total", "more", "in_use", "next", "error"}}}. Throws
/// failure when no component could be listed.
json::document list_savepoints(const application_tools& tools, const std::string& application,
                               const savepoint_filter& filter);

struct found_savepoint {
  component_record component;
  json::document point;
};

/// In whichever component it is, or in the one named. nullopt: no component has it. Throws failure:
/// it could not be told, or several have one of that id and none is named.
std::optional<found_savepoint> find_savepoint(const application_tools& tools,
                                              const std::string& application,
                                              const std::string& component, const std::string& id,
                                              bool verify);

}  // namespace manager
