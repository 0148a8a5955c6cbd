// The request documents that this host sends to plugins (schema 1).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/application_store.h"

#include <string>

namespace manager {

/// {"schema", "namespace", "application", "component"[, "data"]}: the names every verb begins with.
json::document component_request(const std::string& name_space, const component_record& component);

/// A validate request without its files; scope "package", "properties" or "staged".
json::document validate_request(const std::string& scope, const std::string& name_space,
                                const std::string& component, const json::value& properties);

/// {"schema", "components": [...], "detail"}
json::document status_request(const std::string& name_space,
                              const std::vector<const component_record*>& components, bool detail);

}  // namespace manager
