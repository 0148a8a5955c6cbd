// The component's program in supervisord: its autostart mirror, and the checks that come before any
// change to it.
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

// Sets autostart= in the program file, so that supervisord does after its own restart what was
// wanted last. A mirror: the desired state is in the component's log. false: it said so already.
// FAILED_PRECONDITION: there is no program file.
result<bool> set_autostart(const input::component_data& data, bool autostart);

}  // namespace dm::placement
