// The logs of applications' components, as their plugins tell them. Nothing of them is kept here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "base/cancellation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace manager {

/// What of one source is wanted. Without offset and tail the newest that fits.
struct log_question {
  std::string source;
  std::optional<std::int64_t> offset;
  std::int64_t tail = 0;   // lines; 0: as many as fit
  std::string since;       // "2026-01-31T23:59:59.123Z"; empty: all
  std::string grep;        // empty: all
  std::int64_t bytes = 0;  // 0: the plugin's default
};

/// Those of the application that are laid out and whose plugin has dm.logs/1; with a name only that
/// one. Throws failure(not_found) and failure(not_offered).
std::vector<component_record> components_with_logs(const application_tools& tools,
                                                   const std::string& application,
                                                   const std::string& name);

/// {"application", "components": [{"type", "component", "sources", "missing"} or {…, "error"}]}.
json::document list_logs(const application_tools& tools, const std::string& application,
                         const std::vector<component_record>& components,
                         std::int64_t incarnations);

/// The reply's "sources" of one component. Throws failure.
json::document log_sources_of(const application_tools& tools, const component_record& component,
                              std::int64_t incarnations, cancellation* cancel);

/// The reply of a read, without its schema. Throws failure; failure(not_found) of what is no log.
json::document read_log(const application_tools& tools, const component_record& component,
                        const log_question& question, cancellation* cancel);

}  // namespace manager
