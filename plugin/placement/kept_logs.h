// The logs of a component that is removed from its node to be laid out anew: they wait beside its
// place, as <component>.logs in the application's directory. The dot is in no component's name.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "placement/account.h"
#include "placement/component_files.h"

namespace dm::placement {

// All three work under the application's lock, may be repeated after they were killed at any
// instruction, and say whether there was anything to do.

// Before the component's directory is removed.
result<bool> set_logs_aside(const application_lock& lock, const component::component_name& name);
// Once its directory is in its place again, before its guard begins. Those of another account lie
// in a folder of their own then: its guard could not write on.
result<bool> take_logs_back(const io::operation& op, const application_lock& lock,
                            const component::component_name& name, const account& account);
// For a component that is to be gone.
result<bool> remove_kept_logs(const io::operation& op, const application_lock& lock,
                              const component::component_name& name);

}  // namespace dm::placement
