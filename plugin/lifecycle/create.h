// The create verb: lays a component out on this node. Blocking, idempotent; converges when it is
// repeated after having been killed at any instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "context/session.h"
#include "input/component_data.h"
#include "package/properties.h"
#include "package/warning.h"

namespace dm::lifecycle {

struct create_request {
  component::component_name name;
  std::string user;
  std::string package;
  std::string staged_path;
  package::property_map properties;
};
struct create_reply {
  bool changed = false;
  std::optional<input::component_data> data;  // on failure: what could not be undone, for destroy
  std::vector<package::warning> warnings;
  std::optional<error> failure;
};
create_reply create(context::session& session, const io::operation& op,
                    const create_request& request);

}  // namespace dm::lifecycle
