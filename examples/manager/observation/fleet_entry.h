// An application with its components, as a page shows it in a row: what is known of it, and nothing
// that is other for another reader.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "observation/observations.h"
#include "operation/operation_board.h"
#include "registry/application_store.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace manager {

struct fleet_component {
  component_record record;
  observation seen;
  bool is_batch = false;
  std::optional<std::int64_t> savepoint_at;  // when the newest one was completed, ms since 1970
};

struct fleet_application {
  application_record record;
  std::vector<fleet_component> components;
  std::optional<operation_view> under_way;
  std::optional<std::string> set_aside;  // why its operation is left alone
};

/// {"name","status","information","package","user","at"[,"word"][,"under_way"][,"set_aside"],
/// "components": [...]}: README.md says what is in it. Times that change with every look are left
/// out, so that an entry is other only when something has happened.
json::document fleet_entry(const fleet_application& one);

/// The components of the application that its properties call batch jobs, as "<type>/<component>".
std::vector<std::string> batch_components(const application_record& application);

}  // namespace manager
