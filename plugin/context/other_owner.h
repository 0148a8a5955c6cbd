// Whose the component's place on HDFS is, where its own user is kept out of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/component_view.h"

namespace dm::context {

// The account to which the component's directory belongs, or where that may not be looked at the
// application's; nullopt: the component's own user, or there is no such directory. An error: it
// could not be told, also where the user may look at neither.
result<std::optional<std::string>> other_owner(component_view& view, const io::operation& op);

}  // namespace dm::context
