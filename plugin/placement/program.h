// The component's program in supervisord: the checks that come before any change to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "input/component_data.h"
#include "input/settings.h"
#include "io/error.h"

namespace dm::placement {

// FAILED_PRECONDITION unless the component was created on this node (D-9). `verb` completes the
// sentence.
result<void> check_node(const input::settings& settings, const input::component_data& data,
                        std::string_view verb);

// FAILED_PRECONDITION: there is no program file. One of an earlier version, with autostart=false,
// becomes one that supervisord brings up with itself; whether the component is wanted is in its log
// alone, and the guard of one that is not ends at once (D-54).
result<void> check_program_file(const input::component_data& data);

}  // namespace dm::placement
