// What a creation would do. Touches nothing that stays.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "package/package_metadata.h"

namespace manager {

/// `application` is what would be created: name, package, user, overrides, defaults. Lets the
/// plugins look at properties and files; throws failure with all problems that they see. `left` is
/// requested when nobody waits for the answer any more.
json::document plan_creation(const application_tools& tools, const application_record& application,
                             const package_metadata& metadata, cancellation& left);

}  // namespace manager
