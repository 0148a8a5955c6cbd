// Who the guard runs as: supervisord starts it as itself, it becomes the component's user before it
// touches anything.
//
// The program file names no user, since supervisord 4.2.5 refuses to start at all when one
// program's user is gone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "io/error.h"

namespace dm::guard {

// Becomes `user` for good: groups, group, user. A process that is not root may only name its own
// user. NOT_FOUND: no such user. UNAVAILABLE: nobody can say (a directory service that does not
// answer). PERMISSION_DENIED: may not become that user.
result<void> become_user(const std::string& user);

}  // namespace dm::guard
