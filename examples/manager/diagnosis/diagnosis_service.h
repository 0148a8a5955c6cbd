// What the plugins tell of failures: what was kept of them, and why a component is as it is.
// Nothing of it is kept by the Deployment Manager.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "access/caller.h"
#include "application/application_tools.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct incident_filter {
  std::string component;  // empty: all
  std::int64_t limit = 20;
  std::string after;  // id of the last one of the page before, of one component
};

/// Each is for the application's owner, those who share a group with him, and administrators: a
/// program's own words stand in it. All throw failure. [any-thread]
class diagnosis_service {
 public:
  diagnosis_service(const application_tools& tools, const authorizer& rules)
      : tools_(tools), rules_(rules) {}

  /// {"application", "components": [{"type", "component", "incidents", "more"} | with "error"]}
  json::document incidents(const std::string& application, const incident_filter& filter,
                           const caller& who) const;
  /// One, whole, with "application", "type" and "component".
  json::document incident(const std::string& application, const std::string& component,
                          const std::string& id, const caller& who) const;
  /// {"application", "components": [{"type", "component", and the plugin's answer} | with "error"]}
  json::document explain(const std::string& application, const std::string& component,
                         const caller& who) const;

 private:
  std::vector<component_record> components(const std::string& application,
                                           const std::string& component, const caller& who,
                                           std::string_view action) const;

  const application_tools tools_;
  const authorizer& rules_;
};

}  // namespace manager
